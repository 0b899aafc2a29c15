import { isRecord } from '../json.ts'
import { canonicalResourceAmount, quantityProblem } from '../quantity.ts'
import { isPlainTime, readGoTime } from './go-time.ts'
import type { FieldSchema, FieldType, ScalarFieldType, TypeSchema } from './type-schema.ts'

type Json = Record<string, unknown>

/**
 * Brings an object that fits its type, in place, into the form in which Kubernetes answers it: without nulls and
 * without the zero values of optional fields (`args: []`, `hostNetwork: false`), with the structs that are always
 * there (`resources: {}`, `status: {}`), amounts of resources canonical (`0.1` → `100m`), times in UTC.
 * Changes nothing the second time.
 */
export function canonicalize(object: object, type: TypeSchema): void {
  canonicalizeStruct(object as Json, type)
}

function canonicalizeStruct(struct: Json, type: TypeSchema): void {
  for (const name of Object.keys(struct)) {
    const field = type.fields.get(name)
    if (!field) continue
    const value = struct[name]
    if (value === null && type.keepsNulls) continue
    const canonical = value === null ? undefined : canonicalValue(value, field.type, type)
    if (canonical === undefined || isOmitted(canonical, field)) delete struct[name]
    else struct[name] = canonical
  }
  for (const { name, inner } of alwaysThere(type))
    if (struct[name] === undefined) {
      const empty: Json = {}
      canonicalizeStruct(empty, inner)
      struct[name] = empty
    }
}

/** Go leaves out what is optional and zero; of what it keeps by reference, zero is not absent. */
function isOmitted(value: unknown, { omitEmpty, pointer, type }: FieldSchema): boolean {
  if (!omitEmpty || pointer || type.kind === 'object') return false
  if (value === '' || value === 0 || value === false)
    return type.kind !== 'quantity' && type.kind !== 'intOrString'
  if (Array.isArray(value)) return value.length === 0
  return type.kind === 'map' && Object.keys(value as object).length === 0
}

const structsByValue = new WeakMap<TypeSchema, { name: string; inner: TypeSchema }[]>()

function alwaysThere(type: TypeSchema): { name: string; inner: TypeSchema }[] {
  let found = structsByValue.get(type)
  if (!found) {
    found = [...type.fields.values()].flatMap(({ name, pointer, type }) =>
      type.kind === 'object' && !pointer ? [{ name, inner: type.type }] : [],
    )
    structsByValue.set(type, found)
  }
  return found
}

function canonicalValue(value: unknown, type: FieldType, owner: TypeSchema): unknown {
  switch (type.kind) {
    case 'object':
    case 'schemaOr':
      if (isRecord(value)) canonicalizeStruct(value, type.type)
      else if (Array.isArray(value))
        for (const item of value) if (isRecord(item)) canonicalizeStruct(item, type.type)
      return value
    case 'array':
      return Array.isArray(value)
        ? value.map(item => canonicalItem(item, type.items, owner))
        : value
    case 'map':
      return isRecord(value) ? canonicalMap(value, type.values, owner) : value
    default:
      return canonicalScalar(value, type)
  }
}

/** Go reads a null among the items of a list as the zero value of their type. */
function canonicalItem(item: unknown, type: FieldType, owner: TypeSchema): unknown {
  if (item !== null) return canonicalValue(item, type, owner)
  if (owner.keepsNulls) return null
  if (type.kind === 'object') return canonicalValue({}, type, owner)
  return type.kind === 'string' ? '' : type.kind === 'integer' ? 0 : null
}

function canonicalMap(map: Json, values: FieldType, owner: TypeSchema): Json {
  const areAmounts = values.kind === 'quantity' && owner.group === ''
  for (const [key, value] of Object.entries(map)) {
    if (value !== null) map[key] = areAmounts ? amount(value) : canonicalValue(value, values, owner)
    // Go reads a null text in a map as the empty one.
    else if (values.kind === 'string' && !owner.keepsNulls) map[key] = ''
  }
  return map
}

const amount = (value: unknown) =>
  (typeof value === 'string' || typeof value === 'number') && !quantityProblem(String(value))
    ? canonicalResourceAmount(value)
    : value

function canonicalScalar(value: unknown, { kind }: ScalarFieldType): unknown {
  if (kind === 'quantity') return typeof value === 'number' ? String(value) : value
  if (typeof value !== 'string') return value
  if (kind === 'bytes') return canonicalBytes(value)
  if (kind !== 'time' && kind !== 'microTime') return value
  return value === '' ? undefined : canonicalTime(value, kind)
}

function canonicalTime(text: string, kind: 'time' | 'microTime'): string {
  if (kind === 'time' && isPlainTime(text)) return text
  const time = readGoTime(text, kind)
  if (typeof time === 'string') return text
  const whole = new Date(time.milliseconds).toISOString().slice(0, 19)
  return kind === 'time' ? `${whole}Z` : `${whole}.${time.microseconds}Z`
}

/** As Go writes the bytes again: without line breaks, and without bits that belong to no byte. */
function canonicalBytes(text: string): string {
  const plain = text.replaceAll(/[\r\n]/g, '')
  const [, last = '', padding = ''] = /([A-Za-z0-9+/])(={1,2})$/.exec(plain) ?? []
  if (!padding) return plain
  const unused = padding.length === 1 ? 4 : 16
  const place = base64Letters.indexOf(last)
  const kept = base64Letters[place - (place % unused)] ?? last
  return `${plain.slice(0, -padding.length - 1)}${kept}${padding}`
}

const base64Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
