import type { Pod, PodCondition } from './api/core-v1.ts'

/** A pod's condition of a type. */
export const podCondition = (pod: Pod, type: string): PodCondition | undefined =>
  pod.status?.conditions?.find(condition => condition.type === type)

/** Whether the pod's `Ready` condition is `True`. */
export const isPodReady = (pod: Pod): boolean => podCondition(pod, 'Ready')?.status === 'True'

/** Whether all containers of the pod have ended for good. */
export const isPodTerminal = (pod: Pod): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

/** Whether the pod counts for its controller: neither ended nor being deleted. */
export const isPodActive = (pod: Pod): boolean =>
  !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined

/**
 * Milliseconds until the pod has been ready for `minReadySeconds`; 0 when it has (it is available),
 * undefined when it isn't ready.
 */
export function untilPodAvailable(
  pod: Pod,
  minReadySeconds: number,
  now: number,
): number | undefined {
  const ready = podCondition(pod, 'Ready')
  if (ready?.status !== 'True') return undefined
  if (minReadySeconds === 0) return 0
  if (!ready.lastTransitionTime) return undefined
  return Math.max(0, Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 - now)
}
