import { parseQuantity } from '../../quantity.ts'
import { type Library, overload } from '../check/functions.ts'
import { fail, Opaque, type Value } from '../evaluate/values.ts'
import { maxInt, minInt, second } from './ranges.ts'

/** An amount in billionths. */
class QuantityValue extends Opaque {
  readonly typeName = 'kubernetes.Quantity'
  readonly nanos: bigint

  constructor(nanos: bigint) {
    super()
    this.nanos = nanos
  }

  equals(other: Opaque): boolean {
    return other instanceof QuantityValue && other.nanos === this.nanos
  }
}

const whole = second

/** An amount as a value; an error for a text that is none. */
export function quantityValue(text: string): Value {
  const nanos = parseQuantity(text)
  return nanos === undefined
    ? fail(
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      )
    : new QuantityValue(nanos)
}

const isInteger = ({ nanos }: QuantityValue): boolean => {
  const value = nanos / whole
  return nanos % whole === 0n && value <= maxInt && value >= minInt
}

const compare = (a: QuantityValue, b: QuantityValue): bigint =>
  a.nanos < b.nanos ? -1n : a.nanos > b.nanos ? 1n : 0n

const both = 'kubernetes.Quantity.(kubernetes.Quantity)'
const alone = 'kubernetes.Quantity.()'

/** Amounts of resources, such as `500m` and `1Gi`. */
export const quantities: Library = {
  quantity: [overload('string_to_quantity', '(string) kubernetes.Quantity', quantityValue)],
  isQuantity: [
    overload(
      'is_quantity_string',
      '(string) bool',
      (text: string) => parseQuantity(text) !== undefined,
    ),
  ],
  sign: [
    overload('quantity_sign', `${alone} int`, ({ nanos }: QuantityValue) =>
      nanos < 0n ? -1n : nanos > 0n ? 1n : 0n,
    ),
  ],
  isInteger: [overload('quantity_is_integer', `${alone} bool`, isInteger)],
  asInteger: [
    overload(
      'quantity_get_int',
      `${alone} int`,
      (quantity: QuantityValue): Value =>
        isInteger(quantity) ? quantity.nanos / whole : fail('cannot convert value to integer'),
    ),
  ],
  asApproximateFloat: [
    overload(
      'quantity_get_float',
      `${alone} double`,
      ({ nanos }: QuantityValue) => Number(nanos) / 1e9,
    ),
  ],
  add: [
    overload(
      'quantity_add',
      `${both} kubernetes.Quantity`,
      (a: QuantityValue, b: QuantityValue) => new QuantityValue(a.nanos + b.nanos),
    ),
    overload(
      'quantity_add_int',
      'kubernetes.Quantity.(int) kubernetes.Quantity',
      (a: QuantityValue, b: bigint) => new QuantityValue(a.nanos + b * whole),
    ),
  ],
  sub: [
    overload(
      'quantity_sub',
      `${both} kubernetes.Quantity`,
      (a: QuantityValue, b: QuantityValue) => new QuantityValue(a.nanos - b.nanos),
    ),
    overload(
      'quantity_sub_int',
      'kubernetes.Quantity.(int) kubernetes.Quantity',
      (a: QuantityValue, b: bigint) => new QuantityValue(a.nanos - b * whole),
    ),
  ],
  isLessThan: [
    overload(
      'quantity_is_less_than',
      `${both} bool`,
      (a: QuantityValue, b: QuantityValue) => compare(a, b) < 0n,
    ),
  ],
  isGreaterThan: [
    overload(
      'quantity_is_greater_than',
      `${both} bool`,
      (a: QuantityValue, b: QuantityValue) => compare(a, b) > 0n,
    ),
  ],
  compareTo: [overload('quantity_compare_to', `${both} int`, compare)],
}
