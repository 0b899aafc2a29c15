import { countSteps } from '../evaluate/frame.ts'
import type { Value } from '../evaluate/values.ts'
import { duration, maxInt, second } from './ranges.ts'

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: second,
  m: 60n * second,
  h: 3600n * second,
}

/** As many digits as a number of nanoseconds can have. */
const maxDigits = 19
/** In nanoseconds; of a negative one. */
const longest = maxInt + 1n

/** Reads what Go calls a duration: `1h30m`, `-1.5s`, `0`. Undefined when it is none, an error when it is too long. */
export function parseDuration(text: string): Value | undefined {
  const [, sign, rest] = /^([+-]?)(.+)$/.exec(text) ?? []
  if (rest === undefined) return undefined
  if (rest === '0') return duration(0n)
  countSteps(rest.length)
  let nanos = 0n
  let end = 0
  for (const part of rest.matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/gy)) {
    const [all, whole = '', fraction = '', unit = ''] = part
    if (!whole && !fraction) return undefined
    const scale = units[unit] ?? 0n
    const digits = fraction.slice(0, 15)
    const significant = whole.replace(/^0+/, '')
    if (significant.length > maxDigits) return undefined
    nanos += BigInt(significant || '0') * scale
    nanos += (BigInt(digits || '0') * scale) / 10n ** BigInt(digits.length)
    if (nanos > longest) return undefined
    end += all.length
  }
  if (end !== rest.length) return undefined
  return duration(sign === '-' ? -nanos : nanos)
}

/** In seconds with as much of a fraction as there is: `90s`, `-0.5s`. */
export function durationText(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos
  const fraction = String(size % second)
    .padStart(9, '0')
    .replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${size / second}${fraction ? `.${fraction}` : ''}s`
}
