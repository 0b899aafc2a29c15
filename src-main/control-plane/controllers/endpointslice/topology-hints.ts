import type { Informer } from '#client/informer.ts'
import type { Node, Service } from '#kubernetes/api/core-v1.ts'
import type { Endpoint, EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { countHints, divide, readyEndpoints, withoutHints } from './divide-endpoints.ts'
import type { SlicePlan } from './plan-slices.ts'
import { hasTopologyMode } from './topology.ts'
import { allotments, type ZoneShares, zoneShares } from './zone-shares.ts'

const noShares =
  'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes'
const noZone = 'One or more endpoints do not have a zone specified'

/** What is to be told of a service's hints. */
export interface HintEvent {
  type: 'Normal' | 'Warning'
  reason: 'TopologyAwareHintsEnabled' | 'TopologyAwareHintsDisabled'
  message: string
}

/** Hints to which zone each endpoint belongs, for services that ask for it, and remembers which have such hints. */
export class TopologyHints {
  readonly #nodes: Informer<Node>
  #shares: { of: ZoneShares | undefined } | undefined
  /** By service: its address families with hints. */
  readonly #hinted = new Map<string, Set<string>>()

  constructor(nodes: Informer<Node>) {
    this.#nodes = nodes
  }

  /** A node came or went, or its zone, CPU or readiness changed. */
  nodesChanged(): void {
    this.#shares = undefined
  }

  forget(service: string): void {
    this.#hinted.delete(service)
  }

  /** Adds hints to a plan's slices, or takes them away where the endpoints can't be divided, and says what there is to tell. */
  settle(service: Stored<Service>, plan: SlicePlan): HintEvent[] {
    const key = keyOf(service)
    if (!hasTopologyMode(service)) {
      const families = [...(this.#hinted.get(key) ?? [])]
      this.forget(key)
      return families.map(family => disabled('Topology Aware Hints has been disabled', family))
    }
    const families = new Set(
      [...plan.create, ...plan.update, ...plan.keep].map(({ addressType }) => addressType),
    )
    return [...families].flatMap(family => this.#settleFamily(key, family, plan))
  }

  #settleFamily(key: string, family: string, plan: SlicePlan): HintEvent[] {
    this.#shares ??= { of: zoneShares(this.#nodes.list()) }
    const hinted = this.#hinted.get(key) ?? new Set()
    this.#hinted.set(key, hinted)
    const problem = hintFamily(family, plan, this.#shares.of)
    if (problem !== undefined) {
      hinted.delete(family)
      return [disabled(problem, family)]
    }
    if (hinted.has(family)) return []
    hinted.add(family)
    const message = `Topology Aware Hints has been enabled, addressType: ${family}`
    return [{ type: 'Normal', reason: 'TopologyAwareHintsEnabled', message }]
  }
}

const disabled = (why: string, family: string): HintEvent => ({
  type: 'Warning',
  reason: 'TopologyAwareHintsDisabled',
  message: `${why}, addressType: ${family}`,
})

/** Slices that change anyway are hinted anew, others only when their hints don't do any more. Returns why it can't be done. */
function hintFamily(
  family: string,
  plan: SlicePlan,
  shares: ZoneShares | undefined,
): string | undefined {
  const isOurs = ({ addressType }: EndpointSlice) => addressType === family
  const kept = plan.keep.filter(isOurs)
  const changing = [...plan.create, ...plan.update].filter(isOurs)
  const ready = [...kept, ...changing].flatMap(readyEndpoints)
  const allotted = allotmentsOf(ready, shares)
  if (typeof allotted === 'string') {
    for (const slice of changing) slice.endpoints = slice.endpoints.map(withoutHints)
    for (const slice of kept) change(plan, slice, slice.endpoints?.map(withoutHints))
    return allotted
  }
  const counts = new Map<string, number>()
  const outdated = kept.filter(slice => !countHints(slice, counts, allotted))
  const drafts: { endpoints: Endpoint[] }[] = outdated.map(({ endpoints }) => ({ endpoints }))
  divide([...changing, ...drafts], counts, allotted)
  for (const [index, slice] of outdated.entries()) change(plan, slice, drafts[index]?.endpoints)
  return undefined
}

/** What each zone gets of these endpoints, or why they can't be divided. */
function allotmentsOf(
  ready: readonly Endpoint[],
  shares: ZoneShares | undefined,
): ReturnType<typeof allotments> {
  if (!shares) return noShares
  const allotted = allotments(shares, ready.length)
  if (typeof allotted === 'string') return allotted
  return ready.every(({ zone }) => zone) ? allotted : noZone
}

/** Puts a slice that was to stay as it is among those that are written, if there is anything new about it. */
function change(plan: SlicePlan, slice: Stored<EndpointSlice>, endpoints: Endpoint[] = []): void {
  if (semanticEqual(slice.endpoints, endpoints)) return
  plan.keep.splice(plan.keep.indexOf(slice), 1)
  plan.update.push({ ...slice, endpoints })
}
