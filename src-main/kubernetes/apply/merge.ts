import { isRecord } from '../json.ts'
import { fieldPlace, itemElement, type Ownership, ownershipOf, type Place } from './ownership.ts'
import type { PathElement } from './path-element.ts'

/**
 * Merges a configuration over a live value. A null replaces what is owned as a whole, and takes nothing from a map or
 * list whose members are owned one by one. Neither is changed.
 */
export function merge(live: unknown, config: unknown, place: Place): unknown {
  if (config === undefined) return live
  if (config === null) return isOwnedByMembers(live, place) ? live : null
  const ownership = ownershipOf(place, config)
  if (ownership.kind === 'leaf') return config
  if (ownership.kind === 'set' || ownership.kind === 'list')
    return mergeItems(Array.isArray(live) ? live : [], config as unknown[], ownership)
  const result: Record<string, unknown> = isRecord(live) ? { ...live } : {}
  for (const [name, value] of Object.entries(config as Record<string, unknown>)) {
    const below = ownership.kind === 'struct' ? fieldPlace(ownership.type, name) : ownership.values
    Object.defineProperty(result, name, {
      value: merge(Object.hasOwn(result, name) ? result[name] : undefined, value, below),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return result
}

const isOwnedByMembers = (live: unknown, place: Place): boolean =>
  typeof live === 'object' &&
  live !== null &&
  Object.keys(live).length > 0 &&
  ownershipOf(place, live).kind !== 'leaf'

type ItemOwnership = Extract<Ownership, { kind: 'set' | 'list' }>

/**
 * Merges two keyed lists: the configuration's items come in its order, and what only the live list has keeps its
 * place relative to the items around it.
 */
function mergeItems(live: unknown[], config: unknown[], ownership: ItemOwnership): unknown[] {
  const liveElements = live.map(item => itemElement(ownership, item))
  const configElements = config.map(item => itemElement(ownership, item))
  const inConfig = new Set(configElements)
  const liveItem = onlyOnes(liveElements, live)
  const mergeOne = (element: PathElement, item: unknown) =>
    ownership.kind === 'set' ? item : merge(liveItem.get(element), item, ownership.items)
  const shared = configElements.filter(element => liveElements.includes(element))
  const merged = new Set<PathElement>()
  const result: unknown[] = []
  let next = 0
  const takeConfig = (at: number) => {
    const element = configElements[at] ?? ''
    result.push(mergeOne(element, config[at]))
    merged.add(element)
    if (shared[next] === element) next++
  }
  let left = 0
  let right = 0
  while (left < live.length || right < config.length) {
    const element = liveElements[left]
    if (element !== undefined) {
      if (element === configElements[right]) {
        takeConfig(right++)
        left++
        continue
      }
      if (!inConfig.has(element)) {
        result.push(live[left++])
        continue
      }
      const wanted = shared[next]
      if (right < config.length && wanted !== undefined && wanted !== element) {
        left++
        continue
      }
      if (merged.has(element)) left++
    }
    if (right < config.length) takeConfig(right++)
  }
  return result
}

/** Items by path element; one that is there twice merges with nothing. */
function onlyOnes(elements: PathElement[], items: unknown[]): Map<PathElement, unknown> {
  const counts = Map.groupBy(elements, element => element)
  return new Map(
    elements.flatMap((element, at) =>
      counts.get(element)?.length === 1 ? [[element, items[at]] as const] : [],
    ),
  )
}
