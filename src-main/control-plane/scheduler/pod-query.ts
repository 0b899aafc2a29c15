import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'

/** Pods of some namespaces that a selector selects and that aren't on their way out. Equal questions are one object, so that answers can be kept by it. */
export interface PodQuery {
  matches(pod: Pod): boolean
}

const maxKnown = 2000
const known = new Map<string, PodQuery>()

/** The one object for this question. `namespaces` are names; undefined means every namespace. */
export function podQuery(
  namespaces: readonly string[] | undefined,
  selector: LabelSelector | undefined,
  { leaving }: { leaving: boolean },
): PodQuery {
  const id = JSON.stringify([namespaces, selector, leaving])
  let query = known.get(id)
  if (query) return query
  if (known.size >= maxKnown) known.clear()
  query = {
    matches: ({ metadata }) =>
      (!namespaces || namespaces.includes(metadata.namespace ?? '')) &&
      (leaving || !metadata.deletionTimestamp) &&
      matchesLabelSelector(selector, metadata.labels),
  }
  known.set(id, query)
  return query
}

/** How many pods of a changing set answer each of some questions: counted once, then kept up. */
export class PodTallies {
  readonly #counts = new Map<PodQuery, number>()

  count(query: PodQuery, pods: Iterable<{ pod: Pod }>): number {
    const counted = this.#counts.get(query)
    if (counted !== undefined) return counted
    if (this.#counts.size >= maxTallies) this.#counts.clear()
    let count = 0
    for (const { pod } of pods) if (query.matches(pod)) count++
    this.#counts.set(query, count)
    return count
  }

  /** A pod came (1) or went (-1). */
  changed(pod: Pod, sign: 1 | -1): void {
    for (const [query, count] of this.#counts) {
      if (query.matches(pod)) this.#counts.set(query, count + sign)
    }
  }
}

/** How many questions a node keeps answers to. */
const maxTallies = 64
