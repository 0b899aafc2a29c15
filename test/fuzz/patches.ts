import { mutate, oddText, oddValue } from './odd-values.ts'
import type { Random } from './random.ts'

/** A patch as it is sent. */
export interface RandomPatch {
  type: string
  patch: string
  query: string
}

type Body = Record<string, unknown>

/** A patch of one of the four kinds for an object of which a body is known. */
export function randomPatch(random: Random, body: Body): RandomPatch {
  switch (random.below(4)) {
    case 0:
      return { type: 'application/json-patch+json', patch: jsonPatch(random, body), query: '' }
    case 1:
      return { type: 'application/merge-patch+json', patch: partOf(random, body), query: '' }
    case 2:
      return {
        type: 'application/strategic-merge-patch+json',
        patch: strategic(random, body),
        query: '',
      }
    default:
      return {
        type: 'application/apply-patch+yaml',
        patch: random.chance(0.5) ? JSON.stringify(body) : partOf(random, body),
        query: random.pick([
          '?fieldManager=fuzz',
          '?fieldManager=fuzz&force=true',
          '?fieldManager=other',
          '',
        ]),
      }
  }
}

const partOf = (random: Random, body: Body): string =>
  JSON.stringify(random.chance(0.15) ? oddValue(random) : mutate(random, body))

function jsonPatch(random: Random, body: Body): string {
  if (random.chance(0.1)) return JSON.stringify(oddValue(random))
  const operations = Array.from({ length: 1 + random.below(4) }, () => ({
    op: random.pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'nothing']),
    path: pointer(random, body),
    ...(random.chance(0.5) ? { from: pointer(random, body) } : {}),
    ...(random.chance(0.7) ? { value: oddValue(random) } : {}),
  }))
  return JSON.stringify(operations)
}

function pointer(random: Random, body: unknown): string {
  const parts: string[] = []
  let value: unknown = body
  while (typeof value === 'object' && value !== null && random.chance(0.8)) {
    const keys = Object.keys(value)
    if (!keys.length) break
    const key = random.pick(keys)
    parts.push(key)
    value = (value as Body)[key]
  }
  if (random.chance(0.3)) parts.push(random.pick(['-', '0', '99', '-1', oddText(random), '~2']))
  return parts.map(part => `/${part.replaceAll('/', '~1')}`).join('')
}

const directives = [
  { $patch: 'replace' },
  { $patch: 'delete' },
  { $patch: 'merge' },
  { $patch: 'nothing' },
  { $retainKeys: ['a'] },
  { $retainKeys: 1 },
  { '$setElementOrder/containers': [{ name: 'app' }] },
  { '$setElementOrder/finalizers': ['a'] },
  { '$deleteFromPrimitiveList/finalizers': ['a'] },
  { '$deleteFromPrimitiveList/finalizers': 1 },
]

/** A strategic merge patch with directives where they belong and where they don't. */
function strategic(random: Random, body: Body): string {
  const changed = mutate(random, body)
  if (typeof changed !== 'object' || changed === null) return JSON.stringify(changed)
  return JSON.stringify(sprinkle(random, changed, 0))
}

function sprinkle(random: Random, value: object, depth: number): unknown {
  if (Array.isArray(value)) {
    const items = value.map(item => inner(random, item, depth))
    return random.chance(0.2) ? [...items, { $patch: 'replace' }] : items
  }
  const entries = Object.entries(value).map(([key, item]) => [key, inner(random, item, depth)])
  return { ...Object.fromEntries(entries), ...(random.chance(0.15) ? random.pick(directives) : {}) }
}

const inner = (random: Random, item: unknown, depth: number): unknown =>
  typeof item === 'object' && item !== null && depth < 10 ? sprinkle(random, item, depth + 1) : item
