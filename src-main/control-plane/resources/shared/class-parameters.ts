import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid, tooLong } from './field-errors.ts'
import { byteLength } from './object-meta.ts'

const maxParameters = 512
const maxBytes = 256 * 1024

/** What is wrong with the parameters that a class hands to its driver: how many there are, and how large. */
export function validateClassParameters(parameters: Record<string, string>): FieldError[] {
  const entries = Object.entries(parameters)
  if (entries.length > maxParameters) return [tooLong('parameters', maxParameters)]
  const bytes = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0)
  return [
    ...entries.flatMap(([key]) =>
      key === '' ? [invalid('parameters', key, 'field can not be empty.')] : [],
    ),
    ...(bytes > maxBytes ? [tooLong('parameters', maxBytes)] : []),
  ]
}
