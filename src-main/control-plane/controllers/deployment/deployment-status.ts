import type { Deployment, DeploymentStatus, ReplicaSet } from '#kubernetes/api/apps-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import {
  findCondition,
  hasProgressDeadline,
  isComplete,
  isProgressing,
  removeCondition,
  replicaFailure,
  setCondition,
  untilTimedOut,
} from './deployment-conditions.ts'
import { maxUnavailable, sumStatus, wantedReplicas } from './rollout-arithmetic.ts'

/** The status that follows from the ReplicaSets: counts, and whether enough pods are available. */
export function deploymentStatus(
  deployment: Stored<Deployment>,
  all: ReplicaSet[],
  newest: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const replicas = sumStatus(all, 'replicas')
  const availableReplicas = sumStatus(all, 'availableReplicas')
  const { collisionCount, conditions } = deployment.status ?? {}
  const status: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas,
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: sumStatus(all, 'readyReplicas'),
    availableReplicas,
    unavailableReplicas: Math.max(0, replicas - availableReplicas),
    terminatingReplicas: sumStatus(all, 'terminatingReplicas'),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions ? { conditions } : {}),
  }
  const enough = availableReplicas >= wantedReplicas(deployment) - maxUnavailable(deployment)
  return setCondition(
    status,
    enough
      ? {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        },
    now,
  )
}

/** `deploymentStatus` with the rollout's progress and the ReplicaSets' failures as conditions. */
export function rolloutStatus(
  deployment: Stored<Deployment>,
  all: ReplicaSet[],
  newest: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  let status = deploymentStatus(deployment, all, newest, now)
  if (hasProgressDeadline(deployment)) status = judgeProgress(deployment, status, newest, now)
  else status = removeCondition(status, 'Progressing')
  const failure = replicaFailure(all, newest)
  if (!failure) return removeCondition(status, 'ReplicaFailure')
  const { type, reason = '', message = '' } = failure
  return setCondition(status, { type, status: failure.status, reason, message }, now)
}

function judgeProgress(
  deployment: Stored<Deployment>,
  status: DeploymentStatus,
  newest: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const current = findCondition(deployment.status, 'Progressing')
  const settled =
    status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable'
  if (settled) return status
  const subject = newest
    ? `ReplicaSet ${JSON.stringify(newest.metadata.name)}`
    : `Deployment ${JSON.stringify(deployment.metadata.name)}`
  const note = (good: boolean, reason: string, outcome: string) => ({
    type: 'Progressing',
    status: good ? 'True' : 'False',
    reason,
    message: `${subject} ${outcome}.`,
  })
  if (isComplete(deployment, status)) {
    const done = note(true, 'NewReplicaSetAvailable', 'has successfully progressed')
    return setCondition(status, done, now)
  }
  if (isProgressing(deployment.status, status)) {
    const going = note(true, 'ReplicaSetUpdated', 'is progressing')
    return renewCondition(status, going, now)
  }
  const left = untilTimedOut(deployment, status, now)
  if (left !== undefined && left <= 0) {
    const stuck = note(false, 'ProgressDeadlineExceeded', 'has timed out progressing')
    return setCondition(status, stuck, now)
  }
  return status
}

/** Sets a condition even when its reason is unchanged: each progress moves `lastUpdateTime`, and with it the deadline. */
function renewCondition(
  status: DeploymentStatus,
  note: Parameters<typeof setCondition>[1],
  now: number,
): DeploymentStatus {
  const current = findCondition(status, note.type)
  const renewed = setCondition(removeCondition(status, note.type), note, now)
  if (current?.status !== note.status || !current.lastTransitionTime) return renewed
  const { lastTransitionTime } = current
  return {
    ...renewed,
    conditions: (renewed.conditions ?? []).map(condition =>
      condition.type === note.type ? { ...condition, lastTransitionTime } : condition,
    ),
  }
}
