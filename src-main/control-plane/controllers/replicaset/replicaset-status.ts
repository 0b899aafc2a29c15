import { formatTime } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodActive, isPodReady, isPodTerminal, untilPodAvailable } from '#kubernetes/pod-state.ts'
import { matchesLabels } from '#kubernetes/selectors/match-label-selector.ts'

/** What a ReplicaSet's status is to say of its pods. `failure` is what went wrong while scaling it. */
export function replicaSetStatus(
  replicaSet: Stored<ReplicaSet>,
  owned: Stored<Pod>[],
  failure: unknown,
  now: number,
): ReplicaSetStatus {
  const templateLabels = replicaSet.spec?.template?.metadata?.labels
  const minReadySeconds = replicaSet.spec?.minReadySeconds ?? 0
  const active = owned.filter(isPodActive)
  const available = (pod: Pod) => untilPodAvailable(pod, minReadySeconds, now) === 0
  const terminating = owned.filter(
    pod => pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod),
  )
  const conditions = withReplicaFailure(replicaSet, active.length, failure, now)
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(pod => matchesLabels(templateLabels, pod.metadata.labels))
      .length,
    readyReplicas: active.filter(isPodReady).length,
    availableReplicas: active.filter(available).length,
    terminatingReplicas: terminating.length,
    observedGeneration: replicaSet.metadata.generation ?? 0,
    ...(conditions.length ? { conditions } : {}),
  }
}

/** Whether writing the status would tell anything new. Absent counts and 0 are the same. */
export function statusChanged(replicaSet: Stored<ReplicaSet>, status: ReplicaSetStatus): boolean {
  const old = replicaSet.status
  const counts: (keyof ReplicaSetStatus)[] = [
    'replicas',
    'fullyLabeledReplicas',
    'readyReplicas',
    'availableReplicas',
    'terminatingReplicas',
    'observedGeneration',
  ]
  return (
    old?.terminatingReplicas === undefined ||
    counts.some(count => (old[count] ?? 0) !== (status[count] ?? 0)) ||
    !semanticEqual(old.conditions, status.conditions)
  )
}

function withReplicaFailure(
  replicaSet: ReplicaSet,
  activeCount: number,
  failure: unknown,
  now: number,
): ReplicaSetCondition[] {
  const old = replicaSet.status?.conditions ?? []
  const known = old.find(condition => condition.type === 'ReplicaFailure')
  if (failure === undefined) return old.filter(condition => condition !== known)
  if (known) return old
  const missing = (replicaSet.spec?.replicas ?? 1) - activeCount
  return [
    ...old,
    {
      type: 'ReplicaFailure',
      status: 'True',
      reason: missing > 0 ? 'FailedCreate' : 'FailedDelete',
      message: errorMessage(failure),
      lastTransitionTime: formatTime(now),
    },
  ]
}
