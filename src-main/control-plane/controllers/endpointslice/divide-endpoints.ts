import type { Endpoint, EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import type { Allotment } from './zone-shares.ts'

/** Counts a slice's hints by zone. False, and nothing counted, when they aren't what they have to be. */
export function countHints(
  slice: EndpointSlice,
  counts: Map<string, number>,
  allotted: ReadonlyMap<string, Allotment>,
): boolean {
  const own = new Map<string, number>()
  for (const { hints } of readyEndpoints(slice)) {
    if (!hints?.forZones?.length) return false
    for (const { name } of hints.forZones) own.set(name, (own.get(name) ?? 0) + 1)
  }
  for (const [zone, count] of own) {
    const { most = 0 } = allotted.get(zone) ?? {}
    if ((counts.get(zone) ?? 0) + count > most) return false
  }
  for (const [zone, count] of own) counts.set(zone, (counts.get(zone) ?? 0) + count)
  return true
}

/** Gives each endpoint to its own zone, but for those that zones with too many have to give to zones with too few. */
export function divide(
  slices: { endpoints: Endpoint[] }[],
  counts: Map<string, number>,
  allotted: ReadonlyMap<string, Allotment>,
): void {
  for (const { zone = '' } of slices.flatMap(readyEndpoints)) {
    counts.set(zone, (counts.get(zone) ?? 0) + 1)
  }
  const pending = moves(counts, allotted)
  for (const slice of slices) {
    slice.endpoints = slice.endpoints.map(endpoint => {
      const { zone = '' } = endpoint
      if (!isReady(endpoint)) return withoutHints(endpoint)
      const to = pending.get(zone)?.shift() ?? zone
      return { ...endpoint, hints: { forZones: [{ name: to }] } }
    })
  }
}

/** By giving zone: where its surplus goes, the greatest surplus to the greatest lack, in whole endpoints. */
function moves(
  counts: ReadonlyMap<string, number>,
  allotted: ReadonlyMap<string, Allotment>,
): Map<string, string[]> {
  const surplus = new Map(
    [...allotted].map(([zone, { wanted }]) => [zone, (counts.get(zone) ?? 0) - wanted]),
  )
  const found = new Map<string, string[]>()
  for (;;) {
    const sorted = [...surplus].sort(([, a], [, b]) => a - b)
    const [[to, lack] = ['', 0], [from, most] = ['', 0]] = [sorted[0], sorted.at(-1)]
    if (most < 0.5 || lack > -0.5 || (most < 1 && lack > -1)) return found
    found.set(from, [...(found.get(from) ?? []), to])
    surplus.set(from, most - 1)
    surplus.set(to, lack + 1)
  }
}

const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready === true

export const readyEndpoints = ({ endpoints }: { endpoints?: Endpoint[] }): Endpoint[] =>
  (endpoints ?? []).filter(isReady)

export function withoutHints({ hints: _, ...endpoint }: Endpoint): Endpoint {
  return endpoint
}
