import { compareBytes, compareNumbers, compareStrings } from '../evaluate/equality.ts'
import { Duration, Timestamp, type Value } from '../evaluate/values.ts'

/** Negative, zero, positive, or NaN; undefined for values that have no order. */
export function orderOf(a: Value, b: Value): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b)
  if (a instanceof Timestamp && b instanceof Timestamp) return compareNumbers(a.nanos, b.nanos)
  if (a instanceof Duration && b instanceof Duration) return compareNumbers(a.nanos, b.nanos)
  return compareNumbers(a, b)
}
