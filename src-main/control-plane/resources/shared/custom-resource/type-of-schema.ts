import { untypedObject } from '#kubernetes/apply/untyped-object.ts'
import type { FieldSchema, FieldType, Owned, TypeSchema } from '#kubernetes/schema/type-schema.ts'
import { itemsOf, resourceFields, type Schema, valuesOf } from './schema.ts'

/** What server-side apply has to know of a custom resource: how its lists and maps are owned, by its schema. */
export function typeOfSchema(
  schema: Schema,
  kind: { group: string; version: string; kind: string },
): TypeSchema {
  return structOf(schema, { group: kind.group, version: kind.version, name: kind.kind }, true)
}

interface Names {
  group: string
  version: string
  name: string
}

function structOf(schema: Schema, names: Names, isResource: boolean): TypeSchema {
  let fields: Map<string, FieldSchema> | undefined
  return {
    ...names,
    openApiName: names.name,
    isObject: isResource,
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    keepsUnknownFields: schema['x-kubernetes-preserve-unknown-fields'] === true,
    keepsNulls: true,
    members: [],
    get fields() {
      fields ??= fieldsOf(schema, names, isResource)
      return fields
    },
  }
}

function fieldsOf(schema: Schema, names: Names, isResource: boolean): Map<string, FieldSchema> {
  const own = Object.entries(schema.properties ?? {})
    .filter(([name]) => !isResource || !resourceFields.has(name))
    .map(([name, member]) => [name, fieldOf(name, member, names, schema)] as const)
  return new Map([...(isResource ? untypedObject.fields : []), ...own])
}

function fieldOf(name: string, schema: Schema, names: Names, owner: Schema): FieldSchema {
  return {
    name,
    type: typeOf(schema, names),
    required: owner.required?.includes(name) ?? false,
    omitEmpty: false,
    pointer: true,
    ...ownedOf(schema),
    ...(schema.default === undefined ? {} : { default: schema.default }),
  }
}

function ownedOf(schema: Schema): Owned {
  const listType = schema['x-kubernetes-list-type'] as FieldSchema['listType']
  const mapType = schema['x-kubernetes-map-type'] as FieldSchema['structType']
  const keys = schema['x-kubernetes-list-map-keys']
  return {
    ...(listType ? { listType } : {}),
    ...(keys ? { listMapKeys: keys } : {}),
    ...(mapType ? { structType: mapType } : {}),
  }
}

function typeOf(schema: Schema, names: Names): FieldType {
  if (schema['x-kubernetes-int-or-string']) return { kind: 'intOrString', goName: 'IntOrString' }
  switch (schema.type) {
    case 'string':
    case 'boolean':
      return { kind: schema.type, goName: schema.type }
    case 'integer':
      return { kind: 'integer', goName: 'int64' }
    case 'number':
      return { kind: 'number', goName: 'float64' }
    case 'array': {
      const items = itemsOf(schema)
      return items
        ? { kind: 'array', items: typeOf(items, names), owned: ownedOf(items) }
        : { kind: 'array', items: anything }
    }
    case 'object':
      return objectOf(schema, names)
    default:
      return anything
  }
}

function objectOf(schema: Schema, names: Names): FieldType {
  const values = valuesOf(schema)
  if (values && !schema.properties)
    return { kind: 'map', values: typeOf(values, names), owned: ownedOf(values) }
  const isOpen =
    schema.additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true
  if (isOpen && !schema.properties) return { kind: 'map', values: anything }
  const isResource = schema['x-kubernetes-embedded-resource'] === true
  return { kind: 'object', type: structOf(schema, names, isResource) }
}

const anything: FieldType = { kind: 'any', goName: '' }
