import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { PodQuery } from './pod-query.ts'

/** What pods are counted on. */
interface Holder {
  readonly pods: ReadonlyMap<string, { readonly pod: Pod }>
}

/** How many questions answers are kept to. */
const maxQueries = 256

/**
 * How many pods of each node answer each of some questions: counted once for all nodes, then kept up. Only nodes that
 * have some are noted, so that asking all of a large cluster, which every pod that is placed does, touches little memory.
 */
export class PodTallies {
  readonly #counts = new Map<PodQuery, Map<Holder, number>>()
  /** The nodes that have pods. */
  readonly #holders = new Set<Holder>()

  count(query: PodQuery, node: Holder): number {
    const counts = this.#counts.get(query) ?? this.#countAll(query)
    return counts.get(node) ?? 0
  }

  /** A pod came to a node (1) or went from it (-1). */
  changed(node: Holder, pod: Pod, sign: 1 | -1): void {
    if (node.pods.size > 0) this.#holders.add(node)
    else this.#holders.delete(node)
    for (const [query, counts] of this.#counts) {
      if (query.matches(pod)) countIn(counts, node, sign)
    }
  }

  #countAll(query: PodQuery): Map<Holder, number> {
    if (this.#counts.size >= maxQueries) this.#counts.clear()
    const counts = new Map<Holder, number>()
    for (const node of this.#holders) {
      for (const { pod } of node.pods.values()) if (query.matches(pod)) countIn(counts, node, 1)
    }
    this.#counts.set(query, counts)
    return counts
  }
}

/** Counts one more or one less; what is counted no more is left out. */
export function countIn<K>(counts: Map<K, number>, key: K, sign: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + sign
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
