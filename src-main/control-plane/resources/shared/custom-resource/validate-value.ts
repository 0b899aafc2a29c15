import { compileRegex } from '#kubernetes/cel/library/regex-engine.ts'
import { deepEqual, isRecord } from '#kubernetes/json.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { duplicate, invalid, notSupported, required, tooLong, tooMany } from '../field-errors.ts'
import { embeddedErrors } from './embedded-resources.ts'
import { fitsFormat } from './formats.ts'
import { oldItems } from './old-items.ts'
import { itemsOf, memberOf, type Schema } from './schema.ts'

/** Where a value lies, and what lay there before: what an update leaves alone is not judged again. */
interface Place {
  /** `spec.list[0].name`; empty for the object itself. */
  path: string
  /** Undefined where there was nothing, or nothing that corresponds. */
  old?: unknown
}

/**
 * What is wrong with a value by its schema, in upstream's words. With `old`, whatever an update leaves as it was is not
 * judged; only what changed is.
 */
export function validateValue(
  value: unknown,
  schema: Schema,
  place: Place = { path: '' },
): FieldError[] {
  if (place.old !== undefined && deepEqual(value, place.old)) return []
  const type = typeOf(value)
  return [
    ...typeErrors(type, schema, place),
    ...(value === null ? [] : compositeErrors(value, schema, place)),
    ...(typeof value === 'string' ? stringErrors(value, schema, place) : []),
    ...(typeof value === 'number' ? numberErrors(value, schema, place) : []),
    ...(Array.isArray(value) ? listErrors(value, schema, place) : []),
    ...enumErrors(value, schema, place),
    ...(isRecord(value) ? objectErrors(value, schema, place) : []),
  ]
}

type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value as 'boolean' | 'string' | 'object'
}

const fieldOf = ({ path }: Place) => path || '<nil>'
const inBody = ({ path }: Place, text: string) => `${path} in body ${text}`
const wrong = (place: Place, value: unknown, text: string) =>
  invalid(fieldOf(place), value, inBody(place, text))

function typeErrors(type: JsonType, schema: Schema, place: Place): FieldError[] {
  const allowed = schema['x-kubernetes-int-or-string']
    ? ['integer', 'string']
    : schema.type
      ? [schema.type]
      : []
  if (!allowed.length || allowed.includes(type)) return []
  if (type === 'null' && schema.nullable) return []
  if (type === 'integer' && allowed.includes('number')) return []
  return [typeError(place, type, allowed.join(','), type)]
}

const typeError = (place: Place, value: unknown, wanted: string, shown: unknown): FieldError => ({
  ...wrong(place, value, `must be of type ${wanted}: ${JSON.stringify(shown)}`),
  type: 'FieldValueTypeInvalid',
})

function compositeErrors(value: unknown, schema: Schema, place: Place): FieldError[] {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema
  const judge = (one: Schema) => validateValue(value, one, place)
  const fails = (text: string) => invalid('<nil>', '', `${JSON.stringify(place.path)} ${text}`)
  const errors: FieldError[] = []
  if (anyOf.length) {
    const found = anyOf.map(judge)
    if (!found.some(({ length }) => length === 0))
      errors.push(fails('must validate at least one schema (anyOf)'), ...fewest(found))
  }
  if (oneOf.length) {
    const found = oneOf.map(judge)
    const valid = found.filter(({ length }) => length === 0).length
    const text = 'must validate one and only one schema (oneOf).'
    if (valid === 0) errors.push(fails(`${text} Found none valid`), ...fewest(found))
    if (valid > 1) errors.push(fails(`${text} Found ${valid} valid alternatives`))
  }
  if (allOf.length) {
    const found = allOf.map(judge)
    const valid = found.filter(({ length }) => length === 0).length
    errors.push(...found.flat())
    if (valid < allOf.length)
      errors.push(
        fails(`must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`),
      )
  }
  if (not && judge(not).length === 0) errors.push(fails('must not validate the schema (not)'))
  return errors
}

/** Of several ways to be wrong, the one nearest to being right. */
const fewest = (found: readonly FieldError[][]): FieldError[] =>
  found.reduce((best, errors) => (errors.length < best.length ? errors : best), found[0] ?? [])

function stringErrors(value: string, schema: Schema, place: Place): FieldError[] {
  const { format, maxLength, minLength, pattern } = schema
  const length = maxLength === undefined && minLength === undefined ? 0 : [...value].length
  return [
    ...(maxLength !== undefined && length > maxLength ? [tooLong(fieldOf(place), maxLength)] : []),
    ...(minLength !== undefined && length < minLength
      ? [wrong(place, value, `should be at least ${minLength} chars long`)]
      : []),
    ...(pattern && !compileRegex(pattern)?.test(value)
      ? [wrong(place, value, `should match '${pattern}'`)]
      : []),
    ...(format && schema.type === 'string' && !fitsFormat(value, format)
      ? [typeError(place, value, format, value)]
      : []),
  ]
}

function numberErrors(value: number, schema: Schema, place: Place): FieldError[] {
  const { exclusiveMaximum, exclusiveMinimum, maximum, minimum, multipleOf } = schema
  const errors: FieldError[] = []
  if (multipleOf && !isMultiple(value, multipleOf))
    errors.push(wrong(place, value, `should be a multiple of ${multipleOf}`))
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    errors.push(
      wrong(
        place,
        value,
        `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`,
      ),
    )
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    errors.push(
      wrong(
        place,
        value,
        `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`,
      ),
    )
  return errors
}

/** By quotient, so that 0.3 is a multiple of 0.1. */
function isMultiple(value: number, of: number): boolean {
  const quotient = value / of
  return Math.abs(quotient - Math.round(quotient)) < 1e-9
}

function listErrors(value: unknown[], schema: Schema, place: Place): FieldError[] {
  const { maxItems, minItems, uniqueItems } = schema
  const items = itemsOf(schema)
  const correspond = oldItems(schema, place.old)
  return [
    ...(minItems !== undefined && value.length < minItems
      ? [wrong(place, value.length, `should have at least ${minItems} items`)]
      : []),
    ...(maxItems !== undefined && value.length > maxItems
      ? [tooMany(fieldOf(place), value.length, maxItems)]
      : []),
    ...(uniqueItems && hasRepeats(value) ? [wrong(place, '', "shouldn't contain duplicates")] : []),
    ...(items
      ? value.flatMap((item, index) =>
          validateValue(item, items, { path: `${place.path}[${index}]`, old: correspond(item) }),
        )
      : []),
  ]
}

const hasRepeats = (list: unknown[]): boolean =>
  list.some((item, index) => list.slice(0, index).some(other => deepEqual(item, other)))

function enumErrors(value: unknown, schema: Schema, place: Place): FieldError[] {
  const allowed = schema.enum
  if (!allowed?.length || allowed.some(one => deepEqual(one, value))) return []
  const texts = allowed.map(one => (typeof one === 'string' ? one : JSON.stringify(one)))
  return [notSupported(fieldOf(place), value, texts)]
}

function objectErrors(value: Record<string, unknown>, schema: Schema, place: Place): FieldError[] {
  const { maxProperties, minProperties } = schema
  const count = Object.keys(value).length
  const old = isRecord(place.old) ? place.old : undefined
  const at = (name: string) => (place.path ? `${place.path}.${name}` : name)
  return [
    ...(minProperties !== undefined && count < minProperties
      ? [wrong(place, count, `should have at least ${minProperties} properties`)]
      : []),
    ...(maxProperties !== undefined && count > maxProperties
      ? [tooMany(fieldOf(place), count, maxProperties)]
      : []),
    ...Object.entries(value).flatMap(([name, member]) => {
      const memberSchema = memberOf(schema, name)
      if (!memberSchema) return []
      return validateValue(member, memberSchema, { path: at(name), old: old?.[name] })
    }),
    ...(schema.required ?? [])
      .filter(name => !Object.hasOwn(value, name))
      .map(name => required(at(name))),
    ...(schema['x-kubernetes-embedded-resource'] ? embeddedErrors(value, at) : []),
  ]
}

/** Items that a set or keyed list holds twice. */
export function validateListTypes(value: unknown, schema: Schema, path = ''): FieldError[] {
  if (Array.isArray(value)) {
    const items = itemsOf(schema)
    return [
      ...repeatErrors(value, schema, path),
      ...(items
        ? value.flatMap((item, index) => validateListTypes(item, items, `${path}[${index}]`))
        : []),
    ]
  }
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const memberSchema = memberOf(schema, name)
    return memberSchema
      ? validateListTypes(member, memberSchema, path ? `${path}.${name}` : name)
      : []
  })
}

function repeatErrors(list: unknown[], schema: Schema, path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type']
  if (type !== 'set' && type !== 'map') return []
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const seen = new Set<string>()
  return list.flatMap((item, index) => {
    const shown =
      type === 'map' && isRecord(item)
        ? Object.fromEntries(
            keys.filter(key => item[key] !== undefined).map(key => [key, item[key]]),
          )
        : item
    const id = JSON.stringify(shown)
    if (!seen.has(id)) {
      seen.add(id)
      return []
    }
    return [duplicate(`${path}[${index}]`, shown)]
  })
}
