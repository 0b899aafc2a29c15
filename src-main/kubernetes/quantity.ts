import type { Quantity } from './scalars.ts'

const decimal: Record<string, bigint> = {
  n: 1n,
  u: 10n ** 3n,
  m: 10n ** 6n,
  '': 10n ** 9n,
  k: 10n ** 12n,
  M: 10n ** 15n,
  G: 10n ** 18n,
  T: 10n ** 21n,
  P: 10n ** 24n,
  E: 10n ** 27n,
}
const binarySuffixes = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const one = 10n ** 9n

/** The quantity in billionths, rounded up as Kubernetes does below that; undefined when the text is no quantity. */
export function parseQuantity(text: Quantity | number): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(
    String(text),
  )
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = match
  if (!whole && !fraction) return undefined
  const digits = BigInt(`${whole}${fraction}`)
  let scale = suffix.endsWith('i')
    ? one << BigInt(10 * (binarySuffixes.indexOf(suffix) + 1))
    : (decimal[suffix] ?? one)
  let divisor = 10n ** BigInt(fraction.length)
  const power = exponent ? BigInt(exponent.slice(1).replace('+', '')) : 0n
  if (power > 60n || power < -60n) return undefined
  if (power > 0n) scale *= 10n ** power
  else divisor *= 10n ** -power
  const nanos = ceilDivide(digits * scale, divisor)
  return sign === '-' ? -nanos : nanos
}

/** The whole number that is at least the quantity, such as bytes of `1.5Ki`. Throws when it is no quantity. */
export const quantityValue = (text: Quantity | number): number => scaled(text, one)

/** Thousandths, rounded up, such as the CPU shares of `100m`. Throws when it is no quantity. */
export const quantityMilliValue = (text: Quantity | number): number => scaled(text, 10n ** 6n)

/** How `a` stands to `b`: negative, zero or positive. Throws when either is no quantity. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const difference = nanosOf(a) - nanosOf(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function scaled(text: Quantity | number, unit: bigint): number {
  return Number(ceilDivide(nanosOf(text), unit))
}

function nanosOf(text: Quantity | number): bigint {
  const nanos = parseQuantity(text)
  if (nanos === undefined) throw new Error(`${JSON.stringify(text)} is no quantity`)
  return nanos
}

function ceilDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by > 0n ? quotient + 1n : quotient
}
