import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodActive, isPodReady, podCondition } from '#kubernetes/pod-state.ts'

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost'
const phaseRank: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 }

/**
 * Which `count` of the active pods to delete first, in the order Kubernetes documents for scaling a ReplicaSet down:
 * not assigned to a node, pending, not ready, lower deletion cost, on a node with more `related` pods that are to stay,
 * ready for a shorter time, restarted more often, younger. Times are compared on a logarithmic scale,
 * and pods of about the same age by uid, so that the choice among them is arbitrary but steady.
 */
export function podsToDelete(
  active: Stored<Pod>[],
  related: Pod[],
  count: number,
  now: number,
): Stored<Pod>[] {
  if (count >= active.length) return active
  const onNode = new Map<string, number>()
  for (const pod of related) {
    if (!isPodActive(pod)) continue
    const node = pod.spec?.nodeName ?? ''
    onNode.set(node, (onNode.get(node) ?? 0) + 1)
  }
  const criteria: ((pod: Stored<Pod>) => number)[] = [
    pod => (pod.spec?.nodeName ? 1 : 0),
    pod => phaseRank[pod.status?.phase ?? 'Pending'] ?? 0,
    pod => (isPodReady(pod) ? 1 : 0),
    pod => Number(pod.metadata.annotations?.[deletionCost] ?? 0) || 0,
    pod => -(onNode.get(pod.spec?.nodeName ?? '') ?? 0),
    pod => (isPodReady(pod) ? ageRank(podCondition(pod, 'Ready')?.lastTransitionTime, now) : 0),
    pod => -maxRestarts(pod),
    pod => ageRank(pod.metadata.creationTimestamp, now),
  ]
  return active
    .map(pod => ({ pod, ranks: criteria.map(rank => rank(pod)) }))
    .sort((a, b) => compareRanks(a.ranks, b.ranks) || compareUids(a.pod, b.pod))
    .slice(0, count)
    .map(({ pod }) => pod)
}

function compareRanks(a: number[], b: number[]): number {
  for (const [index, rank] of a.entries()) {
    const difference = rank - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const compareUids = (a: Stored<Pod>, b: Stored<Pod>) =>
  a.metadata.uid < b.metadata.uid ? -1 : a.metadata.uid > b.metadata.uid ? 1 : 0

/** The magnitude of an age: times within a factor of two are alike. Absent counts as youngest. */
function ageRank(time: string | undefined, now: number): number {
  if (!time) return -1
  const nanoseconds = (now - Date.parse(time)) * 1e6
  return nanoseconds <= 0 ? 0 : Math.floor(Math.log2(nanoseconds))
}

const maxRestarts = (pod: Pod) =>
  Math.max(0, ...(pod.status?.containerStatuses ?? []).map(status => status.restartCount))
