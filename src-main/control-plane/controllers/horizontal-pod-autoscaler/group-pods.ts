import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { podCondition } from '#kubernetes/pod-state.ts'

const cpuInitializationMs = 5 * 60_000
const initialReadinessMs = 30_000

/** What was measured of one pod. */
export interface PodMetric {
  /** Thousandths of the unit: cores or bytes. */
  milli: number
  /** The end of the window, in milliseconds since the epoch. */
  at: number
  windowMs: number
}

export interface PodGroups {
  /** How many pods' measurements count. */
  ready: number
  /** Pods that don't serve yet: their measurements don't count. */
  unready: string[]
  /** Pods that weren't measured. */
  missing: string[]
  /** Pods that failed or are going. */
  ignored: string[]
}

/** Sorts pods by what their measurements are worth. */
export function groupPods(
  pods: Stored<Pod>[],
  metrics: Map<string, PodMetric>,
  resource: string,
  now: number,
): PodGroups {
  const groups: PodGroups = { ready: 0, unready: [], missing: [], ignored: [] }
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata
    const phase = pod.status?.phase
    const metric = metrics.get(name)
    if (deletionTimestamp || phase === 'Failed') groups.ignored.push(name)
    else if (phase === 'Pending') groups.unready.push(name)
    else if (!metric) groups.missing.push(name)
    else if (resource === 'cpu' && isUnready(pod, metric, now)) groups.unready.push(name)
    else groups.ready++
  }
  return groups
}

/** Starting takes CPU that serving doesn't: such a measurement is left out. */
function isUnready(pod: Stored<Pod>, metric: PodMetric, now: number): boolean {
  const condition = podCondition(pod, 'Ready')
  const startedAt = Date.parse(pod.status?.startTime ?? '')
  if (!condition || Number.isNaN(startedAt)) return true
  const changedAt = Date.parse(condition.lastTransitionTime ?? '')
  const isNotReady = condition.status === 'False'
  return startedAt + cpuInitializationMs > now
    ? isNotReady || metric.at < changedAt + metric.windowMs
    : isNotReady && startedAt + initialReadinessMs > changedAt
}
