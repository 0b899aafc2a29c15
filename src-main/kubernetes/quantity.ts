import type { Quantity } from './scalars.ts'

/** The expression that Kubernetes' errors quote; what it accepts is narrower. */
export const quantityPattern = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'

/** A quantity: `value` × 10^-9, with the family of suffixes its canonical form uses. */
interface Parsed {
  nanos: bigint
  format: 'decimalSI' | 'binarySI' | 'decimalExponent'
}

const wholeUnits = 1_000_000_000n
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
/** What Kubernetes caps a quantity at: 2^63 - 1 whole units. */
const largest = (2n ** 63n - 1n) * wholeUnits

/** Whether billionths, as `parseQuantity` gives them, make a whole number. */
export const isWhole = (nanos: bigint): boolean => nanos % wholeUnits === 0n

/** What Kubernetes says of a text that is no quantity, or undefined. */
export function quantityProblem(text: string): string | undefined {
  const suffix = /^[+-]?(?:\d+\.?\d*|\.\d+)([eEinumkKMGTP]*[-+]?\d*)$/.exec(text)?.[1]
  if (suffix === undefined)
    return `quantities must match the regular expression '${quantityPattern}'`
  return suffixScale(suffix) ? undefined : "unable to parse quantity's suffix"
}

/**
 * The canonical form of a quantity, as the API server answers it: `0.1` → `100m`, `1024Mi` → `1Gi`, `1e3` → `1e3`.
 * Throws on what is no quantity.
 */
export const canonicalQuantity = (quantity: Quantity | number): Quantity => format(parse(quantity))

/**
 * The canonical form, rounded up to thousandths: what defaulting makes of every amount in a list of resources
 * (`requests`, `limits`, `capacity`, …).
 */
export function canonicalResourceAmount(quantity: Quantity | number): Quantity {
  const { nanos, format: family } = parse(quantity)
  return format({ nanos: ceilDivide(nanos, 1_000_000n) * 1_000_000n, format: family })
}

/** The quantity in billionths, rounded away from zero below that; undefined when the text is no quantity. */
export const parseQuantity = (quantity: Quantity | number): bigint | undefined =>
  quantityProblem(String(quantity)) === undefined ? parse(quantity).nanos : undefined

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const left = parse(a).nanos
  const right = parse(b).nanos
  return left < right ? -1 : left > right ? 1 : 0
}

/** The sum in canonical form; the first one's family of suffixes wins, unless it is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const left = parse(a)
  const right = parse(b)
  return format({
    nanos: left.nanos + right.nanos,
    format: left.nanos === 0n ? right.format : left.format,
  })
}

/** `a` less `b`, in canonical form. */
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  const left = parse(a)
  const right = parse(b)
  return format({
    nanos: left.nanos - right.nanos,
    format: left.nanos === 0n ? right.format : left.format,
  })
}

/** Whole units, rounded up, as a number: bytes of memory, pods. */
export const quantityValue = (quantity: Quantity | number): number =>
  Number(ceilDivide(parse(quantity).nanos, wholeUnits))

/** Thousandths, rounded up: `500m` → 500. */
export const quantityMilliValue = (quantity: Quantity | number): number =>
  Number(ceilDivide(parse(quantity).nanos, 1_000_000n))

/** Thousandths as a canonical quantity: 1500 → `1500m`. */
export const milliQuantity = (milli: number): Quantity =>
  format({ nanos: BigInt(Math.round(milli)) * 1_000_000n, format: 'decimalSI' })

/** A number of bytes as a canonical quantity with binary suffixes: 1073741824 → `1Gi`. */
export const bytesQuantity = (bytes: number): Quantity =>
  format({ nanos: BigInt(Math.round(bytes)) * wholeUnits, format: 'binarySI' })

function parse(quantity: Quantity | number): Parsed {
  const text = String(quantity)
  const problem = quantityProblem(text)
  if (problem) throw new Error(`${problem} (${JSON.stringify(text)})`)
  const [, sign, whole = '', fraction = '', suffix = ''] =
    /^([+-]?)(\d*)\.?(\d*)(.*)$/.exec(text) ?? []
  const scale = suffixScale(suffix)
  if (!scale) throw new Error(`unable to parse quantity's suffix (${JSON.stringify(text)})`)
  const digits = BigInt(`${whole}${fraction}` || '0')
  const exponent = scale.power - fraction.length + 9
  const numerator = digits * scale.factor * (exponent > 0 ? 10n ** BigInt(exponent) : 1n)
  const exact = exponent < 0 ? ceilDivide(numerator, 10n ** BigInt(-exponent)) : numerator
  const nanos = exact > largest ? largest : exact
  return { nanos: sign === '-' ? -nanos : nanos, format: keepFormat(scale.format, nanos) }
}

/** Fractions below 1 are no matter for binary suffixes. */
const keepFormat = (format: Parsed['format'], nanos: bigint): Parsed['format'] =>
  format === 'binarySI' && nanos > 0n && nanos < wholeUnits ? 'decimalSI' : format

function suffixScale(
  suffix: string,
): { factor: bigint; power: number; format: Parsed['format'] } | undefined {
  const binary = binarySuffixes.indexOf(suffix)
  if (binary > 0) return { factor: 1024n ** BigInt(binary), power: 0, format: 'binarySI' }
  const decimal = decimalSuffixes.indexOf(suffix)
  if (decimal >= 0) return { factor: 1n, power: (decimal - 3) * 3, format: 'decimalSI' }
  const exponent = /^[eE]([+-]?\d{1,9})$/.exec(suffix)?.[1]
  if (exponent === undefined || Math.abs(Number(exponent)) > 1000) return undefined
  return { factor: 1n, power: Number(exponent), format: 'decimalExponent' }
}

function format({ nanos, format: family }: Parsed): Quantity {
  if (nanos === 0n) return '0'
  const sign = nanos < 0n ? '-' : ''
  const size = nanos < 0n ? -nanos : nanos
  if (family === 'binarySI' && size >= 1024n * wholeUnits && isWhole(size)) {
    const [value, times] = divideOut(size / wholeUnits, 1024n, binarySuffixes.length - 1)
    return `${sign}${value}${binarySuffixes[times]}`
  }
  const [value, times] = divideOut(size, 1000n, decimalSuffixes.length - 1)
  if (family === 'decimalExponent' && times !== 3) return `${sign}${value}e${(times - 3) * 3}`
  return `${sign}${value}${decimalSuffixes[times]}`
}

/** Divides as often as it goes without remainder, at most `limit` times. */
function divideOut(value: bigint, by: bigint, limit: number): [bigint, number] {
  let times = 0
  let rest = value
  while (times < limit && rest % by === 0n) {
    rest /= by
    times++
  }
  return [rest, times]
}

/** Away from zero, as Kubernetes rounds. */
function ceilDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  if (value % by === 0n) return quotient
  return value > 0n ? quotient + 1n : quotient - 1n
}
