import { formatTime } from '#base/clock.ts'
import type { Node, NodeCondition, Pod, PodStatus } from '#kubernetes/api/core-v1.ts'

const watched = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

/** The status of a node's `Ready` condition; undefined when it has none yet. */
export const readyStatus = ({ status }: Node): string | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status

/** A silent node's conditions; undefined when they say so already. */
export function unknownConditions(node: Node, now: number): NodeCondition[] | undefined {
  const old = node.status?.conditions ?? []
  const time = formatTime(now)
  let changed = false
  const conditions = old.map(condition => {
    if (!watched.includes(condition.type) || condition.status === 'Unknown') return condition
    changed = true
    return {
      ...condition,
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: time,
    }
  })
  for (const type of watched) {
    if (old.some(condition => condition.type === type)) continue
    changed = true
    conditions.push({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata.creationTimestamp ?? time,
      lastTransitionTime: time,
    })
  }
  return changed ? conditions : undefined
}

/** A pod's status with `Ready` off. */
export function notReadyPodStatus({ status }: Pod, now: number): PodStatus {
  const conditions = (status?.conditions ?? []).map(condition =>
    condition.type === 'Ready'
      ? { ...condition, status: 'False', lastTransitionTime: formatTime(now) }
      : condition,
  )
  return { ...status, conditions }
}
