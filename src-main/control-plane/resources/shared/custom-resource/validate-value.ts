import { goQuoted } from '#kubernetes/go-text.ts'
import { deepEqual, isRecord } from '#kubernetes/json.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { duplicate, invalid, notSupported, required, tooMany } from '../field-errors.ts'
import { embeddedErrors } from './embedded-resources.ts'
import { Judgement, type Place } from './judgement.ts'
import { oldItems } from './old-items.ts'
import {
  allowedTypes,
  fieldOf,
  formatErrors,
  formatOf,
  numberErrors,
  stringErrors,
  typeErrors,
  wrong,
} from './scalar-errors.ts'
import { itemsOf, memberOf, type Schema } from './schema.ts'

/**
 * What is wrong with a value by its schema, in upstream's words. With `old`, whatever an update leaves as it was is not
 * judged; only what changed is.
 */
export const validateValue = (
  value: unknown,
  schema: Schema,
  place: Place = { path: '' },
): FieldError[] => withoutRepeats(judge(value, schema, place).errors)

/** What several parts of a schema find is told once. */
function withoutRepeats(errors: FieldError[]): FieldError[] {
  if (errors.length < 2) return errors
  return [...new Map(errors.map(error => [`${error.field}: ${error.message}`, error])).values()]
}

/** Checks are counted as upstream counts them, which decides what is told of the parts of `anyOf` and `oneOf`. */
function judge(value: unknown, schema: Schema, place: Place): Judgement {
  const result = new Judgement()
  if (place.old !== undefined && deepEqual(value, place.old)) return result
  const ofType = typeErrors(value, schema, place)
  const passed = ofType.length ? 0 : 1
  if (value === null) return result.add(ofType, passed).add(enumErrors(value, schema, place))
  const format = formatOf(schema)
  if (format || allowedTypes(schema).length) result.add(ofType, passed + 1)
  result.merge(composites(value, schema, place))
  if (typeof value === 'string') {
    result.add(stringErrors(value, schema, place), 1)
    if (format) result.add(formatErrors(value, format, place), 1)
  }
  if (typeof value === 'number') result.add(numberErrors(value, schema, place), 2)
  if (Array.isArray(value)) result.merge(judgeList(value, schema, place))
  result.add(enumErrors(value, schema, place), 1)
  if (isRecord(value)) result.merge(judgeObject(value, schema, place))
  return result.add([], 1)
}

function composites(value: unknown, schema: Schema, place: Place): Judgement {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema
  const result = new Judgement().add([], 2)
  const judgeAll = (schemas: readonly Schema[]) => schemas.map(one => judge(value, one, place))
  const fail = (text: string) =>
    result.add([invalid('<nil>', '', `${goQuoted(place.path)} ${text}`)])
  if (anyOf.length) {
    const found = judgeAll(anyOf)
    const good = found.find(({ isGood }) => isGood)
    if (!good) fail('must validate at least one schema (anyOf)')
    result.merge(good ?? nearest(found))
  }
  if (oneOf.length) {
    const found = judgeAll(oneOf)
    const good = found.filter(({ isGood }) => isGood)
    const text = 'must validate one and only one schema (oneOf).'
    if (good.length === 0) fail(`${text} Found none valid`)
    if (good.length > 1) fail(`${text} Found ${good.length} valid alternatives`)
    else result.merge(good[0] ?? nearest(found))
  }
  if (allOf.length) {
    const found = judgeAll(allOf)
    for (const one of found) result.merge(one)
    const bad = found.filter(({ isGood }) => !isGood).length
    if (bad)
      fail(`must validate all the schemas (allOf)${bad === found.length ? '. None validated' : ''}`)
  }
  if (not && judge(value, not, place).isGood) fail('must not validate the schema (not)')
  return result
}

/** Of several ways to be wrong, the one of which most was looked at. */
const nearest = (found: readonly Judgement[]): Judgement =>
  found.reduce((best, one) => (one.checks > best.checks ? one : best))

function judgeList(value: unknown[], schema: Schema, place: Place): Judgement {
  const { maxItems, minItems, uniqueItems } = schema
  const items = itemsOf(schema)
  const result = new Judgement().add([], 2)
  if (items) {
    const correspond = oldItems(schema, place.old)
    for (const [index, item] of value.entries())
      result.merge(judge(item, items, { path: `${place.path}[${index}]`, old: correspond(item) }))
  }
  if (minItems !== undefined && value.length < minItems)
    result.add([wrong(place, value.length, `should have at least ${minItems} items`)])
  if (maxItems !== undefined && value.length > maxItems)
    result.add([tooMany(fieldOf(place), value.length, maxItems)])
  if (uniqueItems && hasRepeats(value))
    result.add([wrong(place, '', "shouldn't contain duplicates")])
  return result
}

const hasRepeats = (list: unknown[]): boolean =>
  list.some((item, index) => list.slice(0, index).some(other => deepEqual(item, other)))

function enumErrors(value: unknown, schema: Schema, place: Place): FieldError[] {
  const allowed = schema.enum
  if (!allowed?.length || allowed.some(one => deepEqual(one, value))) return []
  const texts = allowed.map(one => (typeof one === 'string' ? one : JSON.stringify(one)))
  return [notSupported(fieldOf(place), value, texts)]
}

/** Of an object with too few or too many members, nothing else is looked at. */
function judgeObject(value: Record<string, unknown>, schema: Schema, place: Place): Judgement {
  const { maxProperties, minProperties } = schema
  const count = Object.keys(value).length
  const old = isRecord(place.old) ? place.old : undefined
  const at = (name: string) => (place.path ? `${place.path}.${name}` : name)
  const result = new Judgement().add([], 1)
  if (minProperties !== undefined && count < minProperties)
    return result.add([
      wrong(place, minProperties, `should have at least ${minProperties} properties`),
    ])
  if (maxProperties !== undefined && count > maxProperties)
    return result.add([tooMany(fieldOf(place), count, maxProperties)])
  for (const [name, member] of Object.entries(value)) {
    const memberSchema = memberOf(schema, name)
    if (memberSchema)
      result.merge(judge(member, memberSchema, { path: at(name), old: old?.[name] }))
  }
  const missing = (schema.required ?? []).filter(name => !Object.hasOwn(value, name))
  result.add(missing.map(name => required(at(name))))
  return schema['x-kubernetes-embedded-resource'] ? result.add(embeddedErrors(value, at)) : result
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
