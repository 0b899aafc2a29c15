import type { ControllerRevision, StatefulSet, StatefulSetStatus } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isAvailable, isRunningAndReady, isTerminating, revisionOf } from './stateful-pods.ts'

/** The two revisions between which a set moves. */
export interface Revisions {
  current: Stored<ControllerRevision>
  update: Stored<ControllerRevision>
}

/** What a set's status is to say of its pods. */
export function statefulStatus(
  set: Stored<StatefulSet>,
  pods: Stored<Pod>[],
  { current, update }: Revisions,
  now: number,
): StatefulSetStatus {
  const ofRevision = (revision: Stored<ControllerRevision>) =>
    pods.filter(pod => !isTerminating(pod) && revisionOf(pod) === revision.metadata.name).length
  const { collisionCount, conditions } = set.status ?? {}
  const status: StatefulSetStatus = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: pods.filter(isRunningAndReady).length,
    availableReplicas: pods.filter(pod => isAvailable(pod, set, now)).length,
    currentReplicas: ofRevision(current),
    updatedReplicas: ofRevision(update),
    currentRevision: current.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: collisionCount ?? 0,
    ...(conditions ? { conditions } : {}),
  }
  const wanted = set.spec.replicas ?? 1
  const isUpdated =
    set.spec.updateStrategy?.type === 'RollingUpdate' &&
    status.updatedReplicas === wanted &&
    status.readyReplicas === wanted &&
    status.replicas === wanted
  if (isUpdated) {
    status.currentReplicas = status.updatedReplicas ?? 0
    status.currentRevision = update.metadata.name
  }
  return status
}
