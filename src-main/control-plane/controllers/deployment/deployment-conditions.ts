import { formatTime } from '#base/clock.ts'
import type {
  Deployment,
  DeploymentCondition,
  DeploymentStatus,
  ReplicaSet,
} from '#kubernetes/api/apps-v1.ts'

type Status = DeploymentStatus | undefined

/** What a condition is to say; times are filled in by `setCondition`. */
export type ConditionNote = Pick<DeploymentCondition, 'type' | 'status'> & {
  reason: string
  message: string
}

export const findCondition = (status: Status, type: string): DeploymentCondition | undefined =>
  status?.conditions?.find(condition => condition.type === type)

/** A status with a condition set. One with the same status and reason stays as it is, times included. */
export function setCondition(
  status: DeploymentStatus,
  note: ConditionNote,
  now: number,
): DeploymentStatus {
  const current = findCondition(status, note.type)
  if (current && current.status === note.status && current.reason === note.reason) return status
  const time = formatTime(now)
  const lastTransitionTime =
    current?.status === note.status ? (current.lastTransitionTime ?? time) : time
  return {
    ...status,
    conditions: [
      ...(status.conditions ?? []).filter(condition => condition !== current),
      { ...note, lastUpdateTime: time, lastTransitionTime },
    ],
  }
}

export const removeCondition = (status: DeploymentStatus, type: string): DeploymentStatus => ({
  ...status,
  conditions: (status.conditions ?? []).filter(condition => condition.type !== type),
})

/** Whether the Deployment gives up after a while without progress. */
export const hasProgressDeadline = ({ spec }: Deployment): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== 2 ** 31 - 1

/** Whether every wanted pod is of the newest template and available, and no other is left. */
export function isComplete(deployment: Deployment, status: Status): boolean {
  const wanted = deployment.spec.replicas ?? 1
  return (
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  )
}

/** Whether the new status is nearer to the goal than the old one. */
export function isProgressing(old: Status, status: DeploymentStatus): boolean {
  const oldPods = (of: Status) => (of?.replicas ?? 0) - (of?.updatedReplicas ?? 0)
  return (
    (status.updatedReplicas ?? 0) > (old?.updatedReplicas ?? 0) ||
    oldPods(status) < oldPods(old) ||
    (status.readyReplicas ?? 0) > (old?.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (old?.availableReplicas ?? 0)
  )
}

/** Milliseconds until the rollout counts as stuck; 0 or less when it does, undefined when nothing is awaited. */
export function untilTimedOut(
  deployment: Deployment,
  status: Status,
  now: number,
): number | undefined {
  const condition = findCondition(status, 'Progressing')
  if (!condition || condition.reason === 'NewReplicaSetAvailable') return undefined
  if (condition.reason === 'ProgressDeadlineExceeded') return 0
  const since = Date.parse(condition.lastUpdateTime ?? '') || now
  return since + (deployment.spec.progressDeadlineSeconds ?? 600) * 1000 - now
}

/** The failure of a ReplicaSet to create pods, as the Deployment's condition: the newest's before any other's. */
export function replicaFailure(
  all: ReplicaSet[],
  newest: ReplicaSet | undefined,
): DeploymentCondition | undefined {
  for (const replicaSet of newest ? [newest, ...all] : all) {
    const failure = replicaSet.status?.conditions?.find(({ type }) => type === 'ReplicaFailure')
    if (!failure) continue
    const { lastTransitionTime } = failure
    return {
      ...failure,
      ...(lastTransitionTime ? { lastUpdateTime: lastTransitionTime } : {}),
    }
  }
  return undefined
}
