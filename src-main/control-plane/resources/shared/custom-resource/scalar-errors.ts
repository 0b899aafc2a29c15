import { compileRegex } from '#kubernetes/cel/library/regex-engine.ts'
import { goFloat, goQuoted } from '#kubernetes/go-text.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid, tooLong } from '../field-errors.ts'
import { fitsFormat, isFormat } from './formats.ts'
import type { Place } from './judgement.ts'
import type { Schema } from './schema.ts'

type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

/** JSON's type of a value; whole numbers are integers as far as 64 bits reach. */
function jsonType(value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) <= 2 ** 63 ? 'integer' : 'number'
  return typeof value as 'boolean' | 'string' | 'object'
}

export const fieldOf = ({ path }: Place): string => path || '<nil>'

/** `spec.a in body should be …`. */
export const wrong = (place: Place, value: unknown, text: string): FieldError =>
  invalid(fieldOf(place), value, `${place.path} in body ${text}`)

/** The format that is checked, where there is one. */
export const formatOf = ({ format }: Schema): string | undefined =>
  format && isFormat(format) ? format : undefined

export const allowedTypes = (schema: Schema): readonly string[] =>
  schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type ? [schema.type] : []

/** A format wins over the type: a number where a date should be is said to be no date, and a list passes. */
export function typeErrors(value: unknown, schema: Schema, place: Place): FieldError[] {
  const type = jsonType(value)
  const allowed = allowedTypes(schema)
  const error = (wanted: string, shown: string) => [typeError(place, shown, wanted)]
  if (type === 'null') return !allowed.length || schema.nullable ? [] : error(allowed.join(), type)
  if (isAllowed(type, value, allowed)) return []
  const format = formatOf(schema)
  const isText = type === 'string' || type === 'array'
  if (format && !isText) return error(format, numberFormats[type] ?? '')
  if (format && !allowed.includes('number') && !allowed.includes('integer')) return []
  return allowed.length ? error(allowed.join(), type) : []
}

const numberFormats: Readonly<Record<string, string>> = { integer: 'int64', number: 'float64' }

const isAllowed = (type: JsonType, value: unknown, allowed: readonly string[]): boolean =>
  allowed.includes(type) ||
  (type === 'integer' && allowed.includes('number')) ||
  (type === 'number' && allowed.includes('integer') && isWhole(Number(value)))

const typeError = (place: Place, shown: string, wanted: string): FieldError => ({
  ...wrong(place, shown, `must be of type ${wanted}: ${goQuoted(shown)}`),
  type: 'FieldValueTypeInvalid',
})

/** The first thing that is wrong with a string, besides its format. */
export function stringErrors(value: string, schema: Schema, place: Place): FieldError[] {
  const { maxLength, minLength, pattern } = schema
  const length = maxLength === undefined && minLength === undefined ? 0 : [...value].length
  if (maxLength !== undefined && length > maxLength) return [tooLong(fieldOf(place), maxLength)]
  if (minLength !== undefined && length < minLength)
    return [wrong(place, value, `should be at least ${minLength} chars long`)]
  if (!pattern) return []
  const regex = compileRegex(pattern)
  if (typeof regex === 'string')
    return [wrong(place, value, `should match '${pattern}, but pattern is invalid: ${regex}'`)]
  return regex.test(value) ? [] : [wrong(place, value, `should match '${pattern}'`)]
}

export const formatErrors = (value: string, format: string, place: Place): FieldError[] =>
  fitsFormat(value, format) ? [] : [typeError(place, value, format)]

/** Whole numbers are compared with the whole part of bounds, as upstream does. */
export function numberErrors(value: number, schema: Schema, place: Place): FieldError[] {
  const isInteger = jsonType(value) === 'integer'
  const bound = (limit: number | undefined) =>
    limit !== undefined && isInteger ? Math.trunc(limit) : limit
  const shown = (limit: number) => (isInteger ? String(limit) : goFloat(limit))
  const { exclusiveMaximum, exclusiveMinimum, multipleOf } = schema
  const maximum = bound(schema.maximum)
  const minimum = bound(schema.minimum)
  const errors: FieldError[] = []
  if (multipleOf && !isMultiple(value, bound(multipleOf) || multipleOf))
    errors.push(wrong(place, value, `should be a multiple of ${shown(bound(multipleOf) ?? 0)}`))
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    const orEqual = exclusiveMaximum ? '' : 'or equal to '
    errors.push(wrong(place, value, `should be less than ${orEqual}${shown(maximum)}`))
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    const orEqual = exclusiveMinimum ? '' : 'or equal to '
    errors.push(wrong(place, value, `should be greater than ${orEqual}${shown(minimum)}`))
  }
  return errors
}

function isMultiple(value: number, of: number): boolean {
  if (jsonType(value) === 'integer' && Number.isInteger(of)) return value % of === 0
  return isWhole(of < 1 ? (1 / of) * value : value / of)
}

/** Whether a number is whole but for what arithmetic lost of it: 0.3 is three times 0.1. */
function isWhole(value: number): boolean {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return false
  const whole = Math.trunc(value)
  if (value === whole) return true
  return whole !== 0 && Math.abs(value - whole) / (Math.abs(value) + Math.abs(whole)) < 1e-9
}
