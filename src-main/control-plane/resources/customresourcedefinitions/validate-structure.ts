import { deepEqual } from '#kubernetes/json.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { itemsOf, type Schema } from '../shared/custom-resource/schema.ts'
import { forbidden, invalid, required } from '../shared/field-errors.ts'
import { isStructural, subSchemas } from './schema-walk.ts'

type Level = 'root' | 'item' | 'field'

const junctors = ['allOf', 'anyOf', 'oneOf', 'not'] as const

/** What keeps a schema from being structural, sorted as upstream sorts it. */
export function validateStructure(schema: Schema, path: string): FieldError[] {
  const errors = [
    ...invariants(schema, 'root', path),
    ...incompleteness(schema, schema, path, path),
  ]
  return errors.sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0))
}

const text = ({ field, message }: FieldError) => `${field}: ${message}`

function invariants(schema: Schema, level: Level, path: string): FieldError[] {
  const below = subSchemas(schema)
  const skipped = intOrStringParts(schema)
  return [
    ...(schema.type === 'array' && !schema.items
      ? [required(`${path}.items`, 'must be specified')]
      : []),
    ...below.flatMap(one =>
      isStructural(one)
        ? invariants(one.schema, one.under === 'items' ? 'item' : 'field', path + one.path)
        : skipped.has(one.schema)
          ? []
          : nested(one.schema, path + one.path, skipped),
    ),
    ...typeProblems(schema, level, path),
    ...extensionProblems(schema, level, path),
    ...resourceProblems(schema, level, path),
  ]
}

function typeProblems(schema: Schema, level: Level, path: string): FieldError[] {
  const { type } = schema
  const field = `${path}.type`
  if (schema['x-kubernetes-embedded-resource'] && type !== 'object') {
    const text = 'must be object if x-kubernetes-embedded-resource is true'
    return [type ? invalid(field, type, text) : required(field, text)]
  }
  if (level === 'root' && type && type !== 'object')
    return [invalid(field, type, 'must be object at the root')]
  const mayLack =
    schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields']
  if (type || mayLack) return []
  const where = {
    root: 'at the root',
    item: 'for specified array items',
    field: 'for specified object fields',
  }
  return [required(field, `must not be empty ${where[level]}`)]
}

function extensionProblems(schema: Schema, level: Level, path: string): FieldError[] {
  const isEmbedded = schema['x-kubernetes-embedded-resource']
  const preserves = schema['x-kubernetes-preserve-unknown-fields']
  const isIntOrString = schema['x-kubernetes-int-or-string']
  const hasOthers = schema.additionalProperties !== undefined
  const whole = 'must be false if x-kubernetes-int-or-string is true'
  return [
    ...(hasOthers && level === 'root'
      ? [forbidden(`${path}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(hasOthers && isEmbedded
      ? [
          forbidden(
            `${path}.additionalProperties`,
            'must not be used if x-kubernetes-embedded-resource is set',
          ),
        ]
      : []),
    ...(isIntOrString && preserves
      ? [invalid(`${path}.x-kubernetes-preserve-unknown-fields`, preserves, whole)]
      : []),
    ...(isIntOrString && isEmbedded
      ? [invalid(`${path}.x-kubernetes-embedded-resource`, isEmbedded, whole)]
      : []),
    ...(isEmbedded && !preserves && !Object.keys(schema.properties ?? {}).length
      ? [
          required(
            `${path}.properties`,
            'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
          ),
        ]
      : []),
  ]
}

/** Of apiVersion, kind and metadata a resource's schema may say hardly anything. */
function resourceProblems(schema: Schema, level: Level, path: string): FieldError[] {
  if (level !== 'root' && !schema['x-kubernetes-embedded-resource']) return []
  const { kind, apiVersion, metadata } = schema.properties ?? {}
  const at = (name: string) => `${path}.properties[${name}]`
  const mustBe = (one: Schema | undefined, name: string, type: string) =>
    one && one.type !== type ? [invalid(`${at(name)}.type`, one.type ?? '', `must be ${type}`)] : []
  return [
    ...mustBe(kind, 'kind', 'string'),
    ...mustBe(apiVersion, 'apiVersion', 'string'),
    ...mustBe(metadata, 'metadata', 'object'),
    ...(level === 'root' && metadata && saysMore(metadata)
      ? [
          forbidden(
            at('metadata'),
            'must not specify anything other than name and generateName, but metadata is implicitly specified',
          ),
        ]
      : []),
  ]
}

function saysMore({
  type: _,
  default: _default,
  description: _text,
  properties = {},
  ...rest
}: Schema) {
  const names = Object.keys(properties)
  return (
    Object.keys(rest).length > 0 || names.some(name => name !== 'name' && name !== 'generateName')
  )
}

/** The parts that only say again that a value is an integer or a string. */
function intOrStringParts(schema: Schema): ReadonlySet<Schema> {
  if (!schema['x-kubernetes-int-or-string']) return new Set()
  const isPattern = (list: readonly Schema[] | undefined) =>
    deepEqual(list, [{ type: 'integer' }, { type: 'string' }])
  if (isPattern(schema.anyOf)) return new Set(schema.anyOf)
  const [first] = schema.allOf ?? []
  return new Set(isPattern(first?.anyOf) ? first?.anyOf : [])
}

/** Fields that shape data, which nothing within allOf, anyOf, oneOf and not may have. */
const shaping = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
] as const

function nested(schema: Schema, path: string, skipped: ReadonlySet<Schema>): FieldError[] {
  return [
    ...subSchemas(schema).flatMap(one =>
      skipped.has(one.schema) || one.under === 'additionalProperties'
        ? []
        : nested(one.schema, path + one.path, skipped),
    ),
    ...shaping.flatMap(([key, text]) =>
      schema[key] === undefined || schema[key] === false || schema[key] === ''
        ? []
        : [forbidden(`${path}.${key}`, text)],
    ),
    ...(schema.properties?.['metadata']
      ? [forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context')]
      : []),
  ]
}

/** What the junctors speak of must be specified outside them, too. */
function incompleteness(
  values: Schema,
  schema: Schema,
  path: string,
  valuesPath: string,
): FieldError[] {
  const here = junctors.flatMap(junctor => {
    const list = junctor === 'not' ? (values.not ? [values.not] : []) : (values[junctor] ?? [])
    return list.flatMap((one, index) => {
      const at = junctor === 'not' ? `${valuesPath}.not` : `${valuesPath}.${junctor}[${index}]`
      return nestedIncompleteness(one, schema, path, at)
    })
  })
  if (values !== schema) return here
  const below = subSchemas(schema).filter(isStructural)
  return [
    ...here,
    ...below.flatMap(one =>
      incompleteness(one.schema, one.schema, path + one.path, path + one.path),
    ),
  ]
}

function nestedIncompleteness(
  values: Schema,
  schema: Schema,
  path: string,
  valuesPath: string,
): FieldError[] {
  const missing = (at: string, from: string) => [required(at, `because it is defined in ${from}`)]
  const items = itemsOf(values)
  const ownItems = itemsOf(schema)
  return [
    ...incompleteness(values, schema, path, valuesPath),
    ...(items
      ? ownItems
        ? nestedIncompleteness(items, ownItems, `${path}.items`, `${valuesPath}.items`)
        : missing(`${path}.items`, `${valuesPath}.items`)
      : []),
    ...Object.entries(values.properties ?? {}).flatMap(([name, one]) => {
      const step = `.properties[${name}]`
      const own = schema.properties?.[name]
      return own
        ? nestedIncompleteness(one, own, path + step, valuesPath + step)
        : missing(path + step, valuesPath + step)
    }),
  ]
}
