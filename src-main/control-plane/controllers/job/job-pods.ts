import type { Job } from '#kubernetes/api/batch-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { podCondition } from '#kubernetes/pod-state.ts'

/** Keeps an ended pod until its Job has counted it. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking'
export const completionIndexKey = 'batch.kubernetes.io/job-completion-index'
export const failureCountKey = 'batch.kubernetes.io/job-index-failure-count'
export const ignoredFailureCountKey = 'batch.kubernetes.io/job-index-ignored-failure-count'

export const isTracked = ({ metadata }: Pod): boolean =>
  metadata.finalizers?.includes(trackingFinalizer) ?? false

export const isSucceeded = ({ status }: Pod): boolean => status?.phase === 'Succeeded'

/** Whether the pod counts as failed: a pod on its way out does, unless only ended ones are to be replaced. */
export function isPodFailed(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === 'Failed') return true
  if (job.spec.podReplacementPolicy === 'Failed') return false
  return pod.metadata.deletionTimestamp !== undefined && !isSucceeded(pod)
}

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed'

/** The index a pod of an indexed Job works on; undefined when it carries none. */
export function completionIndex({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[completionIndexKey]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** How often an index failed: what counts against its limit, and what the failure policy ignores. */
export interface IndexFailures {
  counted: number
  ignored: number
}

/** How often the index of a pod had failed before this pod. */
export function indexFailures({ metadata }: Pod): IndexFailures {
  const countOf = (key: string) => Number(metadata.annotations?.[key] ?? 0) || 0
  return { counted: countOf(failureCountKey), ignored: countOf(ignoredFailureCountKey) }
}

export const sumFailures = ({ counted, ignored }: IndexFailures): number => counted + ignored

/** When the pod ended, in milliseconds since the epoch, as well as can be told. */
export function finishedAt(pod: Stored<Pod>, now: number): number {
  const ends = (pod.status?.containerStatuses ?? [])
    .map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''))
    .filter(time => !Number.isNaN(time))
  if (ends.length) return Math.max(...ends)
  const turned = podCondition(pod, 'Ready')
  if (turned?.status === 'False' && turned.lastTransitionTime) {
    return Date.parse(turned.lastTransitionTime)
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata
  return deletionTimestamp ? Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000 : now
}

/** How often containers of running pods were restarted, which counts against the back-off limit. */
export const countRestarts = (pods: Pod[]): number =>
  pods
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .flatMap(({ status }) => [
      ...(status?.initContainerStatuses ?? []),
      ...(status?.containerStatuses ?? []),
    ])
    .reduce((sum, { restartCount }) => sum + restartCount, 0)
