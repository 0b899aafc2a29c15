import type { Clock } from '#base/clock.ts'
import type { Node } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { readyStatus } from './node-conditions.ts'

/** One node in ten seconds; upstream's `--node-eviction-rate` 0.1. */
const evictionEveryMs = 10_000
/** In a large zone where most nodes are down; `--secondary-node-eviction-rate` 0.01. */
const slowEvictionEveryMs = 100_000
const largeZone = 50
const unhealthyShare = 0.55

interface Known {
  zone: string
  ready: boolean
}

/**
 * How fast nodes that are down may lose their pods. When every node is down it is more likely that the cluster lost
 * its network than that all nodes broke, so nothing is evicted; in a zone where most are down, slowly or not at all.
 */
export class Disruption {
  readonly #clock: Clock
  readonly #nodes = new Map<string, Known>()
  readonly #evicting = new Set<string>()
  readonly #nextAt = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  put(node: Stored<Node>): void {
    const ready = readyStatus(node) === 'True'
    this.#nodes.set(node.metadata.name, { zone: zoneOf(node), ready })
    if (ready) this.#evicting.delete(node.metadata.name)
  }

  remove(name: string): void {
    this.#nodes.delete(name)
    this.#evicting.delete(name)
  }

  /** Milliseconds until the node may be tainted for eviction; undefined when it mustn't, as things stand. */
  evictInMs(node: Stored<Node>): number | undefined {
    const { name } = node.metadata
    if (readyStatus(node) === 'True') return undefined
    const all = [...this.#nodes.values()]
    if (!all.some(({ ready }) => ready)) return undefined
    if (this.#evicting.has(name)) return 0
    const everyMs = this.#everyMs(zoneOf(node))
    if (everyMs === undefined) return undefined
    return Math.max(0, (this.#nextAt.get(zoneOf(node)) ?? 0) - this.#clock.monotonic())
  }

  /** Counts an eviction; the next in its zone has to wait. */
  evicted(node: Stored<Node>): void {
    const { name } = node.metadata
    if (this.#evicting.has(name)) return
    this.#evicting.add(name)
    const zone = zoneOf(node)
    const everyMs = this.#everyMs(zone) ?? evictionEveryMs
    this.#nextAt.set(zone, this.#clock.monotonic() + everyMs)
  }

  #everyMs(zone: string): number | undefined {
    const nodes = [...this.#nodes.values()].filter(node => node.zone === zone)
    const down = nodes.filter(({ ready }) => !ready).length
    const mostlyDown = down > 2 && down / nodes.length >= unhealthyShare && down < nodes.length
    if (!mostlyDown) return evictionEveryMs
    return nodes.length > largeZone ? slowEvictionEveryMs : undefined
  }
}

const zoneOf = ({ metadata: { labels } }: Node): string =>
  `${labels?.['topology.kubernetes.io/region'] ?? ''}/${labels?.['topology.kubernetes.io/zone'] ?? ''}`
