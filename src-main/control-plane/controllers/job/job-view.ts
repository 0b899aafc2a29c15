import type { Job, JobStatus } from '#kubernetes/api/batch-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { indexSet } from '#kubernetes/completion-indexes.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodActive, isPodTerminal } from '#kubernetes/pod-state.ts'
import { countsAsFailure, matchFailurePolicy } from './failure-policy.ts'
import {
  completionIndex,
  indexFailures,
  isIndexed,
  isPodFailed,
  isSucceeded,
  isTracked,
} from './job-pods.ts'

/** A Job and its pods as one reconcile sees them. */
export interface JobView {
  readonly job: Stored<Job>
  readonly pods: readonly Stored<Pod>[]
  /** Neither ended nor on their way out. */
  readonly active: Stored<Pod>[]
  /** On their way out, not ended yet. */
  readonly terminating: Stored<Pod>[]
  /** Ended since the last count. */
  readonly newSucceeded: Stored<Pod>[]
  readonly newFailed: Stored<Pod>[]
  /** Of these, the failures that count against the limits. */
  readonly newCounted: Stored<Pod>[]
  /** All successes so far; of an indexed Job, the indexes that succeeded. */
  readonly succeeded: number
  /** All failures that count against the limits. */
  readonly failed: number
  /** Empty unless the Job is indexed. */
  readonly succeededIndexes: ReadonlySet<number>
  /** Empty unless the Job limits the failures of each index. */
  readonly failedIndexes: ReadonlySet<number>
}

/** Reads the pods of a Job. `released` holds the uids of pods that the informer still shows with a finalizer we removed. */
export function viewOf(
  job: Stored<Job>,
  pods: readonly Stored<Pod>[],
  released: ReadonlySet<string>,
): JobView {
  const status: JobStatus = job.status ?? {}
  const uncounted = status.uncountedTerminatedPods ?? {}
  const known = new Set([...(uncounted.succeeded ?? []), ...(uncounted.failed ?? [])])
  const tracked = pods.filter(pod => isTracked(pod) && !released.has(pod.metadata.uid))
  const fresh = tracked.filter(({ metadata }) => !known.has(metadata.uid))
  const newSucceeded = fresh.filter(isSucceeded)
  const newFailed = fresh.filter(pod => isPodFailed(pod, job))
  const newCounted = newFailed.filter(pod => isCounted(job, pod))
  const succeededIndexes = succeededIndexesOf(job, tracked)
  const countSucceeded =
    (status.succeeded ?? 0) + (uncounted.succeeded?.length ?? 0) + newSucceeded.length
  return {
    job,
    pods,
    active: pods.filter(isPodActive),
    terminating: pods.filter(pod => pod.metadata.deletionTimestamp && !isPodTerminal(pod)),
    newSucceeded,
    newFailed,
    newCounted,
    succeeded: isIndexed(job) ? succeededIndexes.size : countSucceeded,
    failed: (status.failed ?? 0) + (uncounted.failed?.length ?? 0) + newCounted.length,
    succeededIndexes,
    failedIndexes: failedIndexesOf(job, tracked, succeededIndexes),
  }
}

/** Whether a failed pod is one that the Job counts: of one of its indexes, and not one that its policy ignores. */
export function isCounted(job: Stored<Job>, pod: Stored<Pod>): boolean {
  return (!isIndexed(job) || hasIndex(job, pod)) && countsAsFailure(job, pod)
}

function hasIndex({ spec }: Job, pod: Pod): boolean {
  const index = completionIndex(pod)
  return index !== undefined && index < (spec.completions ?? 0)
}

function succeededIndexesOf(job: Stored<Job>, tracked: Stored<Pod>[]): Set<number> {
  if (!isIndexed(job)) return new Set()
  const indexes = indexSet(job.status?.completedIndexes, job.spec.completions ?? 0)
  for (const pod of tracked) {
    const index = completionIndex(pod)
    if (isSucceeded(pod) && hasIndex(job, pod) && index !== undefined) indexes.add(index)
  }
  return indexes
}

function failedIndexesOf(
  job: Stored<Job>,
  tracked: Stored<Pod>[],
  succeeded: ReadonlySet<number>,
): Set<number> {
  const { backoffLimitPerIndex: limit, completions = 0 } = job.spec
  if (limit === undefined) return new Set()
  const indexes = indexSet(job.status?.failedIndexes, completions)
  for (const pod of tracked) {
    const index = completionIndex(pod)
    if (index === undefined || !hasIndex(job, pod) || !isPodFailed(pod, job)) continue
    const match = matchFailurePolicy(job, pod)
    const isFinal = match?.action === 'FailIndex'
    const isTooMany = match?.action !== 'Ignore' && indexFailures(pod).counted >= limit
    if ((isFinal || isTooMany) && !succeeded.has(index)) indexes.add(index)
  }
  return indexes
}
