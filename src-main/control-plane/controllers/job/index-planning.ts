import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import {
  completionIndex,
  finishedAt,
  type IndexFailures,
  indexFailures,
  isPodFailed,
  isTracked,
  sumFailures,
} from './job-pods.ts'
import { isCounted, type JobView } from './job-view.ts'
import { remainingOf } from './pod-backoff.ts'

/** The lowest indexes that nobody works on, at most `count`; indexes of `busy` pods are taken. */
export function pendingIndexes(view: JobView, count: number, busy: Stored<Pod>[]): number[] {
  const { completions = 0 } = view.job.spec
  const taken = new Set(busy.map(completionIndex))
  const pending: number[] = []
  for (let index = 0; index < completions && pending.length < count; index++) {
    const done = view.succeededIndexes.has(index) || view.failedIndexes.has(index)
    if (!done && !taken.has(index)) pending.push(index)
  }
  return pending
}

/** Active pods that an indexed Job can't use: of an index that is done, beyond the last or another pod's. */
export function surplusPods(view: JobView): Stored<Pod>[] {
  const { completions = 0 } = view.job.spec
  const taken = new Set<number>()
  return view.active.filter(pod => {
    const index = completionIndex(pod)
    if (index === undefined || index >= completions || taken.has(index)) return true
    taken.add(index)
    return view.succeededIndexes.has(index)
  })
}

/**
 * The last failed pod of each index that is to be tried again. It stays until its successor is there, for it alone
 * remembers how often the index failed.
 */
export function rememberedFailures(view: JobView): Map<number, Stored<Pod>> {
  const { job, pods } = view
  const last = new Map<number, Stored<Pod>>()
  if (job.spec.backoffLimitPerIndex === undefined) return last
  const mostFailures = new Map<number, number>()
  for (const pod of pods) {
    const index = completionIndex(pod)
    if (index === undefined || view.succeededIndexes.has(index) || view.failedIndexes.has(index)) {
      continue
    }
    const known = mostFailures.get(index)
    const failures = sumFailures(indexFailures(pod))
    if (known !== undefined && known > failures) continue
    mostFailures.set(index, failures)
    if (isPodFailed(pod, job) && isTracked(pod)) last.set(index, pod)
    else last.delete(index)
  }
  return last
}

/** How often an index had failed before a new pod is made for it. */
export function failuresBefore(view: JobView, last: Stored<Pod> | undefined): IndexFailures {
  if (!last) return { counted: 0, ignored: 0 }
  const { counted, ignored } = indexFailures(last)
  return isCounted(view.job, last)
    ? { counted: counted + 1, ignored }
    : { counted, ignored: ignored + 1 }
}

/** Milliseconds that an index of its own back-off has to wait, by how often it failed, whatever the others do. */
export function untilRetry(last: Stored<Pod> | undefined, now: number): number {
  if (!last) return 0
  return remainingOf(
    { count: sumFailures(indexFailures(last)) + 1, last: finishedAt(last, now) },
    now,
  )
}
