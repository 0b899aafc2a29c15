const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

/** As many digits as a number of nanoseconds can have. */
const maxDigits = 19
/** In nanoseconds; of a negative one. */
const longest = 2n ** 63n

/** The nanoseconds of what Go calls a duration: `1h30m`, `-1.5s`, `0`. Undefined when it is none, or longer than they can be. */
export function parseGoDuration(text: string): bigint | undefined {
  const [, sign, rest] = /^([+-]?)(.+)$/.exec(text) ?? []
  if (rest === undefined) return undefined
  if (rest === '0') return 0n
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
  if (end !== rest.length || (nanos === longest && sign !== '-')) return undefined
  return sign === '-' ? -nanos : nanos
}
