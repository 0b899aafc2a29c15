import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodReady } from '#kubernetes/pod-state.ts'
import type { Time } from '#kubernetes/scalars.ts'

/** How long an evicted pod is taken for gone before its deletion is seen. */
const deletionTimeoutMs = 2 * 60_000

/** The pods that were evicted and whose deletion is still to come. */
export interface DisruptedPods {
  pending: Record<string, Time>
  /** Pods that should have been deleted by now. */
  overdue: Stored<Pod>[]
  /** When the next one is overdue; undefined when none is pending. */
  recheckInMs: number | undefined
}

export function disruptedPods(
  pods: Stored<Pod>[],
  known: Record<string, Time> = {},
  now: number,
): DisruptedPods {
  const pending: Record<string, Time> = {}
  const overdue: Stored<Pod>[] = []
  let recheckInMs: number | undefined
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata
    const since = known[name]
    if (deletionTimestamp || since === undefined) continue
    const leftMs = Date.parse(since) + deletionTimeoutMs - now
    if (leftMs < 0) {
      overdue.push(pod)
      continue
    }
    pending[name] = since
    recheckInMs = Math.min(recheckInMs ?? leftMs, leftMs)
  }
  return { pending, overdue, recheckInMs: recheckInMs === undefined ? undefined : recheckInMs + 1 }
}

/** How many pods are ready and neither deleted nor about to be. */
export const countHealthy = (pods: Stored<Pod>[], pending: Record<string, Time>): number =>
  pods.filter(
    pod =>
      !pod.metadata.deletionTimestamp &&
      pending[pod.metadata.name] === undefined &&
      isPodReady(pod),
  ).length
