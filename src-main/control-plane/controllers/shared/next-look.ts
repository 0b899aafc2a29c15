import type { Pod } from '#kubernetes/api/core-v1.ts'
import { untilPodAvailable } from '#kubernetes/pod-state.ts'

/** The shortest of some waits in milliseconds, never negative; undefined when there is nothing to wait for. */
export function earliest(...waits: (number | undefined)[]): number | undefined {
  const known = waits.filter(wait => wait !== undefined)
  return known.length ? Math.max(0, Math.min(...known)) : undefined
}

/** Milliseconds until the next ready pod has been so for `minReadySeconds`; undefined when none waits for that. */
export function untilNextAvailable(
  pods: readonly Pod[],
  minReadySeconds = 0,
  now: number,
): number | undefined {
  const waits = pods.map(pod => untilPodAvailable(pod, minReadySeconds, now))
  return earliest(...waits.filter(wait => wait !== 0))
}
