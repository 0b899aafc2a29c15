import type { Random } from './random.ts'

const texts = [
  '',
  ' ',
  'a',
  'A',
  '-',
  '..',
  '/',
  '%00',
  '\u0000',
  'é',
  '漢字',
  '👩‍👩‍👧',
  '\ud800',
  '\u202e',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'true',
  '1e9',
  '0x10',
  '-1',
  '100m',
  '1Ei1',
  '9999999999999999999999',
  '2026-13-45T99:99:99Z',
  '10.0.0.0/33',
  '::1',
  '*/0 * * * *',
  '{{x}}',
  '$(x)',
  'x'.repeat(64),
  'x'.repeat(300),
  'a/b/c',
  'kubernetes.io/x',
  '<script>',
  '=',
  'a in (b,c)',
  '!a',
]
const numbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  65536,
  -2147483649,
  2147483648,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e308,
  -1e-308,
]

/** A text that somebody forgot about. */
export const oddText = (random: Random): string => random.pick(texts)
export const oddNumber = (random: Random): number => random.pick(numbers)

/** Any JSON value. */
export function oddValue(random: Random, depth = 0): unknown {
  switch (random.below(depth > 3 ? 5 : 8)) {
    case 0:
      return null
    case 1:
      return random.chance(0.5)
    case 2:
      return oddNumber(random)
    case 3:
    case 4:
      return oddText(random)
    case 5:
      return Array.from({ length: random.below(4) }, () => oddValue(random, depth + 1))
    case 6:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, () => [
          oddText(random),
          oddValue(random, depth + 1),
        ]),
      )
    default:
      return nested(random.pick([5, 50, 500]), random.chance(0.5))
  }
}

function nested(depth: number, isList: boolean): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = isList ? [value] : { a: value }
  return value
}

/** Changes one to three places of a JSON value: other types, unknown fields, odd values, things left out or doubled. */
export function mutate(random: Random, value: unknown): unknown {
  let changed = structuredClone(value)
  for (let times = 1 + random.below(3); times > 0; times--) changed = mutateOnce(random, changed)
  return changed
}

function mutateOnce(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.1)) return oddValue(random)
  if (Array.isArray(value)) {
    if (!value.length || random.chance(0.2)) return [...value, oddValue(random)]
    const at = random.below(value.length)
    return value.map((item, index) => (index === at ? mutateOnce(random, item) : item))
  }
  const keys = Object.keys(value)
  const record = value as Record<string, unknown>
  if (!keys.length || random.chance(0.15)) return { ...record, [oddText(random)]: oddValue(random) }
  const key = random.pick(keys)
  if (random.chance(0.1)) {
    const { [key]: _, ...rest } = record
    return rest
  }
  return { ...record, [key]: mutateOnce(random, record[key]) }
}

/** Bytes with a few of them changed, left out or put in. */
export function damage(random: Random, bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes)
  for (let times = 1 + random.below(4); times > 0 && copy.length; times--)
    copy[random.below(copy.length)] = random.below(256)
  return random.chance(0.4) ? copy.subarray(0, random.below(copy.length + 1)) : copy
}
