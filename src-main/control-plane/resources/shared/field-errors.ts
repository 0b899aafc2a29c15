import { goFloat, goJson, goQuoted } from '#kubernetes/go-text.ts'
import type { FieldError } from '#kubernetes/status-error.ts'

/** A value as upstream prints it in an error: strings quoted, an absent value as `"null"`, the rest as JSON. */
function valueText(value: unknown): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return goFloat(value)
  if (typeof value === 'string') return goQuoted(value)
  return value === undefined || value === null ? '"null"' : goJson(value)
}

const withDetail = (text: string, detail: string) => (detail ? `${text}: ${detail}` : text)

export const required = (field: string, detail = ''): FieldError => ({
  type: 'FieldValueRequired',
  field,
  message: withDetail('Required value', detail),
})

export const invalid = (field: string, value: unknown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: withDetail(`Invalid value: ${valueText(value)}`, detail),
})

export const forbidden = (field: string, detail: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  message: withDetail('Forbidden', detail),
})

export const duplicate = (field: string, value: unknown): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${valueText(value)}`,
})

export const notFound = (field: string, value: unknown, detail = ''): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  message: withDetail(`Not found: ${valueText(value)}`, detail),
})

export const tooLong = (field: string, maxBytes: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${maxBytes} bytes`,
})

export const tooMany = (field: string, actual: number, max: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  message: `Too many: ${actual}: must have at most ${max} items`,
})

export const notSupported = (
  field: string,
  value: unknown,
  supported: readonly string[],
): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${valueText(value)}: supported values: ${supported
    .toSorted()
    .map(goQuoted)
    .join(', ')}`,
})

/** One error for each thing that is wrong with a value's form. */
export const malformed = (field: string, value: unknown, details: string[]): FieldError[] =>
  details.map(detail => invalid(field, value, detail))

/** Checks every item of a list; its path is `path[index]`. */
export const each = <T>(
  items: readonly T[] | undefined,
  path: string,
  check: (item: T, path: string, index: number) => FieldError[],
): FieldError[] => (items ?? []).flatMap((item, index) => check(item, `${path}[${index}]`, index))

/** Required, and one of a few words. */
export function oneOf(
  field: string,
  value: string | undefined,
  supported: readonly string[],
): FieldError[] {
  if (!value) return [required(field)]
  return supported.includes(value) ? [] : [notSupported(field, value, supported)]
}

/** Absent, or one of a few words. */
export const optionalOneOf = (
  field: string,
  value: string | undefined,
  supported: readonly string[],
): FieldError[] =>
  value === undefined || supported.includes(value) ? [] : [notSupported(field, value, supported)]

/** Absent counts as 0. */
export const nonNegative = (field: string, value: number | undefined): FieldError[] =>
  (value ?? 0) < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : []

/** `field is immutable` unless both are equal; `printed` is how the new value is told. */
export const immutable = (
  field: string,
  value: unknown,
  old: unknown,
  printed: unknown = value,
): FieldError[] => (isEqual(value, old) ? [] : [invalid(field, printed, 'field is immutable')])

/** Deep equality in which an absent member, an empty list and an empty map are the same. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every(key =>
    isEqual(left[key], right[key]),
  )
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** Absent or empty, or of a form. */
export const optionalForm = (
  field: string,
  value: string | undefined,
  check: (value: string) => string[],
): FieldError[] => (value ? malformed(field, value, check(value)) : [])

/** Required, and of a form. */
export const requiredForm = (
  field: string,
  value: string | undefined,
  check: (value: string) => string[],
): FieldError[] => (value ? malformed(field, value, check(value)) : [required(field)])

/** Must not be empty. */
export const requiredText = (
  field: string,
  value: string | undefined,
  detail = '',
): FieldError[] => (value ? [] : [required(field, detail)])
