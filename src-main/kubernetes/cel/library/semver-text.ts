/** A version as semver.org has it. */
export interface Semver {
  numbers: readonly [major: bigint, minor: bigint, patch: bigint]
  /** Behind a dash; empty for a release. */
  prerelease: readonly string[]
  text: string
}

/** No number of a version has more digits. */
const number = '(0|[1-9]\\d{0,19})'
const part = '[0-9A-Za-z-]+'
const form = new RegExp(
  `^${number}\\.${number}\\.${number}(?:-(${part}(?:\\.${part})*))?(?:\\+${part}(?:\\.${part})*)?$`,
)

/** Reads a version; undefined for what is none. */
export function parseSemver(text: string): Semver | undefined {
  const [, major, minor, patch, before = ''] = form.exec(text) ?? []
  if (major === undefined || minor === undefined || patch === undefined) return undefined
  const prerelease = before ? before.split('.') : []
  if (prerelease.some(one => /^0\d+$/.test(one))) return undefined
  return { numbers: [BigInt(major), BigInt(minor), BigInt(patch)], prerelease, text }
}

/** Takes away a leading `v` and leading zeros, and adds the numbers that are missing: `v1.02` → `1.2.0`. */
export function normalizeSemver(text: string): string {
  const [, numbers = '', rest = ''] = /^v?([\d.]*)(.*)$/s.exec(text) ?? []
  const parts = numbers.split('.').map(one => one.replace(/^0+(?=\d)/, ''))
  if (parts.length > 3 || parts.some(one => one === '')) return text
  while (parts.length < 3) parts.push('0')
  return parts.join('.') + rest
}

/** Negative, zero or positive; what stands behind a plus doesn't count. */
export function compareSemver(a: Semver, b: Semver): number {
  for (const index of [0, 1, 2] as const) {
    const difference = a.numbers[index] - b.numbers[index]
    if (difference !== 0n) return difference < 0n ? -1 : 1
  }
  if (!a.prerelease.length || !b.prerelease.length)
    return Number(b.prerelease.length > 0) - Number(a.prerelease.length > 0)
  return comparePrereleases(a.prerelease, b.prerelease)
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  for (const [index, own] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    if (own === other) continue
    const isNumber = /^\d+$/.test(own)
    const isOtherNumber = /^\d+$/.test(other)
    if (isNumber && isOtherNumber) return BigInt(own) < BigInt(other) ? -1 : 1
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
    return own < other ? -1 : 1
  }
  return a.length - b.length
}
