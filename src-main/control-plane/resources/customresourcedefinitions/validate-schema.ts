import { compileRegex } from '#kubernetes/cel/library/regex-engine.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { itemsOf, type Schema } from '../shared/custom-resource/schema.ts'
import { forbidden, invalid, notSupported, required } from '../shared/field-errors.ts'
import { type SubSchema, subSchemas } from './schema-walk.ts'

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const unsupported = [
  'id',
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
] as const

/** What is wrong with a schema and all below it, apart from its structure. */
export function validateSchema(schema: Schema, path: string): FieldError[] {
  return [
    ...unsupported.flatMap(key =>
      schema[key] === undefined ? [] : [forbidden(`${path}.${key}`, `${key} is not supported`)],
    ),
    ...formProblems(schema, path),
    ...listProblems(schema, path),
    ...mapProblems(schema, path),
    ...subSchemas(schema).flatMap(one => [
      ...validateSchema(one.schema, path + one.path),
      ...itemProblems(schema, one, path),
    ]),
  ]
}

function formProblems(schema: Schema, path: string): FieldError[] {
  const { type, uniqueItems, items, pattern, properties, additionalProperties } = schema
  return [
    ...(type === 'null'
      ? [forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative')]
      : type && !types.includes(type)
        ? [notSupported(`${path}.type`, type, types)]
        : []),
    ...(uniqueItems
      ? [
          forbidden(
            `${path}.uniqueItems`,
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...(Array.isArray(items)
      ? [forbidden(`${path}.items`, 'items must be a schema object and not an array')]
      : []),
    ...(pattern ? patternErrors(pattern, `${path}.pattern`) : []),
    ...(properties && additionalProperties !== undefined && additionalProperties !== false
      ? [forbidden(path, 'additionalProperties and properties are mutual exclusive')]
      : []),
    ...(schema['x-kubernetes-preserve-unknown-fields'] === false
      ? [
          invalid(
            `${path}.x-kubernetes-preserve-unknown-fields`,
            false,
            'must be true or undefined',
          ),
        ]
      : []),
  ]
}

function patternErrors(pattern: string, path: string): FieldError[] {
  const regex = compileRegex(pattern)
  if (typeof regex !== 'string') return []
  return [invalid(path, pattern, `must be a valid regular expression, but isn't: ${regex}`)]
}

const typeMustBe = (path: string, type: string | undefined, text: string): FieldError =>
  type ? invalid(`${path}.type`, type, text) : required(`${path}.type`, text)

function mapProblems(schema: Schema, path: string): FieldError[] {
  const mapType = schema['x-kubernetes-map-type']
  if (mapType === undefined) return []
  return [
    ...(schema.type === 'object'
      ? []
      : [typeMustBe(path, schema.type, 'must be object if x-kubernetes-map-type is specified')]),
    ...(['atomic', 'granular'].includes(mapType)
      ? []
      : [notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular'])]),
  ]
}

function listProblems(schema: Schema, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys']
  const typeField = `${path}.x-kubernetes-list-type`
  const keysField = `${path}.x-kubernetes-list-map-keys`
  const errors: FieldError[] = []
  if (listType !== undefined && schema.type !== 'array')
    errors.push(
      typeMustBe(path, schema.type, 'must be array if x-kubernetes-list-type is specified'),
    )
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType))
    errors.push(notSupported(typeField, listType, ['atomic', 'map', 'set']))
  if (keys?.length && listType !== 'map') {
    const text = 'must be map if x-kubernetes-list-map-keys is non-empty'
    errors.push(listType ? invalid(typeField, listType, text) : required(typeField, text))
  }
  if (listType !== 'map') return errors
  if (!keys?.length)
    errors.push(required(keysField, 'must not be empty if x-kubernetes-list-type is map'))
  const items = itemsOf(schema)
  if (!items)
    return [
      ...errors,
      required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'),
    ]
  if (items.type !== 'object')
    errors.push(
      invalid(
        `${path}.items.type`,
        items.type ?? '',
        "must be object if parent array's x-kubernetes-list-type is map",
      ),
    )
  return [...errors, ...keyProblems(keys ?? [], items, path, keysField)]
}

function keyProblems(
  keys: readonly string[],
  items: Schema,
  path: string,
  keysField: string,
): FieldError[] {
  const isUnique = new Set(keys).size === keys.length
  return [
    ...keys.flatMap(key => {
      const property = items.properties?.[key]
      const at = `${path}.items.properties[${key}]`
      if (!property)
        return [invalid(keysField, keys, 'entries must all be names of item properties')]
      return [
        ...(property.type === 'array' || property.type === 'object'
          ? [
              invalid(
                `${at}.type`,
                property.type,
                "must be a scalar type if parent array's x-kubernetes-list-type is map",
              ),
            ]
          : []),
        ...(property.default === undefined && !items.required?.includes(key)
          ? [
              required(
                `${at}.default`,
                'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
              ),
            ]
          : []),
        ...(property.nullable
          ? [
              forbidden(
                `${at}.nullable`,
                'this property is in x-kubernetes-list-map-keys, so it cannot be nullable',
              ),
            ]
          : []),
      ]
    }),
    ...(isUnique ? [] : [invalid(keysField, keys, 'must not contain duplicate entries')]),
  ]
}

/** What the items of sets and keyed lists may not be. */
function itemProblems(list: Schema, { under, schema, path }: SubSchema, at: string): FieldError[] {
  const listType = list['x-kubernetes-list-type']
  if (under !== 'items' || (listType !== 'set' && listType !== 'map')) return []
  const field = at + path
  const own = schema['x-kubernetes-list-type']
  const text = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  return [
    ...(schema.nullable
      ? [
          forbidden(
            `${field}.nullable`,
            `cannot be nullable when x-kubernetes-list-type is ${listType}`,
          ),
        ]
      : []),
    ...(listType === 'set' && schema.type === 'array' && own !== undefined && own !== 'atomic'
      ? [invalid(`${field}.x-kubernetes-list-type`, own, text)]
      : []),
    ...(listType === 'set' &&
    schema.type === 'object' &&
    schema['x-kubernetes-map-type'] !== 'atomic'
      ? [invalid(`${field}.x-kubernetes-map-type`, schema['x-kubernetes-map-type'] ?? null, text)]
      : []),
  ]
}
