import { publishedDefault } from '#kubernetes/schema/published-default.ts'
import type { FieldSchema, FieldType, TypeSchema } from '#kubernetes/schema/type-schema.ts'
import type { DescriptionOf } from './field-descriptions.ts'

/** A schema object of OpenAPI 3.0. */
export type Schema = Record<string, unknown>

/** Collects the schemas of types and of everything they refer to. */
export class SchemaCollection {
  readonly schemas: Record<string, Schema> = {}
  readonly #descriptionOf: DescriptionOf

  constructor(descriptionOf: DescriptionOf) {
    this.#descriptionOf = descriptionOf
  }

  /** Adds a type and returns a reference to it. `kinds` are the group-version-kinds it stands for. */
  add(type: TypeSchema, kinds?: object[]): Schema {
    const name = type.openApiName
    if (!this.schemas[name]) {
      this.schemas[name] = {}
      this.schemas[name] = this.#schemaOf(type)
    }
    if (kinds) this.schemas[name]['x-kubernetes-group-version-kind'] = kinds
    return reference(name)
  }

  /** The schemas of some of a struct's fields, by their names. */
  fieldsOf(type: TypeSchema, names: readonly string[]): Record<string, Schema> {
    const fields = names.flatMap(name => type.fields.get(name) ?? [])
    return Object.fromEntries(fields.map(field => [field.name, this.#propertyOf(type, field)]))
  }

  /** Adds a schema that comes ready-made, such as a custom resource's. */
  addSchema(name: string, schema: Schema): Schema {
    this.schemas[name] = schema
    return reference(name)
  }

  #schemaOf(type: TypeSchema): Schema {
    const fields = [...type.fields.values()]
    const required = fields.filter(field => field.required).map(field => field.name)
    return {
      ...described(this.#descriptionOf(type.openApiName)),
      type: 'object',
      ...(required.length ? { required } : {}),
      ...(fields.length
        ? {
            properties: Object.fromEntries(
              fields.map(field => [field.name, this.#propertyOf(type, field)]),
            ),
          }
        : {}),
      ...(type.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    }
  }

  #propertyOf(owner: TypeSchema, field: FieldSchema): Schema {
    const { type, patchStrategy, patchMergeKey } = field
    const isStruct = type.kind === 'object' || type.kind === 'map'
    return {
      ...described(this.#descriptionOf(owner.openApiName, field.name)),
      ...this.#typeOf(type, field.enum),
      ...defaultOf(field),
      ...(field.listType ? { 'x-kubernetes-list-type': field.listType } : {}),
      ...(field.listMapKeys ? { 'x-kubernetes-list-map-keys': field.listMapKeys } : {}),
      ...(field.structType && isStruct ? { 'x-kubernetes-map-type': field.structType } : {}),
      ...(patchMergeKey ? { 'x-kubernetes-patch-merge-key': patchMergeKey } : {}),
      ...(patchStrategy ? { 'x-kubernetes-patch-strategy': patchStrategy.join(',') } : {}),
    }
  }

  #typeOf(type: FieldType, values?: readonly string[]): Schema {
    switch (type.kind) {
      case 'object':
        return { allOf: [this.add(type.type)] }
      case 'array':
        return { type: 'array', items: this.#itemOf(type.items, values) }
      case 'map':
        return { type: 'object', additionalProperties: this.#itemOf(type.values, values) }
      case 'string':
        return { type: 'string', ...(values ? { enum: values.toSorted() } : {}) }
      case 'integer':
        return { type: 'integer', format: type.goName }
      case 'number':
        return { type: 'number', format: 'double' }
      case 'boolean':
        return { type: 'boolean' }
      case 'bytes':
        return { type: 'string', format: 'byte' }
      case 'schemaOr':
        this.add(type.type)
        return { allOf: [this.addSchema(schemaOrNames[type.other], {})] }
      default: {
        const [name, schema] = scalarSchemas[type.kind]
        return { allOf: [this.addSchema(name, schema)] }
      }
    }
  }

  #itemOf(type: FieldType, values?: readonly string[]): Schema {
    const schema = this.#typeOf(type, values)
    if (type.kind === 'object') return { ...schema, default: {} }
    return type.kind === 'string' ? { ...schema, default: '' } : schema
  }
}

export const reference = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

const described = (description: string | undefined) => (description ? { description } : {})

function defaultOf(field: FieldSchema): Schema {
  const value = publishedDefault(field)
  return value === undefined ? {} : { default: value }
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const apiextensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'
const schemaOrNames = {
  bool: `${apiextensions}.JSONSchemaPropsOrBool`,
  array: `${apiextensions}.JSONSchemaPropsOrArray`,
  strings: `${apiextensions}.JSONSchemaPropsOrStringArray`,
}
const scalarSchemas = {
  quantity: [
    'io.k8s.apimachinery.pkg.api.resource.Quantity',
    { oneOf: [{ type: 'string' }, { type: 'number' }] },
  ],
  time: [`${meta}.Time`, { type: 'string', format: 'date-time' }],
  microTime: [`${meta}.MicroTime`, { type: 'string', format: 'date-time' }],
  intOrString: [
    'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  ],
  raw: ['io.k8s.apimachinery.pkg.runtime.RawExtension', { type: 'object' }],
  fieldsV1: [`${meta}.FieldsV1`, { type: 'object' }],
  any: [`${apiextensions}.JSON`, {}],
} as const satisfies Record<string, readonly [string, Schema]>
