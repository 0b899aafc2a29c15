import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'

/**
 * Which pods are meant: those of some namespaces that a selector selects, with or without those on their way out. Equal
 * questions are one object, so that answers can be kept by it.
 */
export interface PodQuery {
  matches(pod: Pod): boolean
}

const maxKnown = 2000
const known = new Map<string, PodQuery>()

/** The one object for this question. `namespaces` are names; undefined means every namespace. `leaving` pods may count. */
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
