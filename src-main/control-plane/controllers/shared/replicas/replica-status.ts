import { formatTime } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { ReplicaSetCondition, ReplicaSetStatus } from '#kubernetes/api/apps-v1.ts'
import type { Pod, PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import type { KubernetesObject, Stored } from '#kubernetes/objects.ts'
import { isPodActive, isPodReady, isPodTerminal, untilPodAvailable } from '#kubernetes/pod-state.ts'
import { matchesLabels } from '#kubernetes/selectors/match-label-selector.ts'

/** What the status of a ReplicationController says, too. */
export type ReplicaStatus = ReplicaSetStatus

/** A ReplicaSet or a ReplicationController. */
export interface Replicated extends KubernetesObject {
  spec?: { replicas?: number; minReadySeconds?: number; template?: PodTemplateSpec }
  status?: ReplicaStatus
}

/**
 * What the status is to say of the pods. `failure` is what went wrong while scaling; pods on their way out are told
 * only by kinds whose status has a place for them.
 */
export function replicaStatus(
  owner: Stored<Replicated>,
  owned: Stored<Pod>[],
  options: { failure: unknown; now: number; countsTerminating: boolean },
): ReplicaStatus {
  const { failure, now, countsTerminating } = options
  const templateLabels = owner.spec?.template?.metadata?.labels
  const minReadySeconds = owner.spec?.minReadySeconds ?? 0
  const active = owned.filter(isPodActive)
  const available = (pod: Pod) => untilPodAvailable(pod, minReadySeconds, now) === 0
  const terminating = owned.filter(
    pod => pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod),
  )
  const conditions = withReplicaFailure(owner, active.length, failure, now)
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(pod => matchesLabels(templateLabels, pod.metadata.labels))
      .length,
    readyReplicas: active.filter(isPodReady).length,
    availableReplicas: active.filter(available).length,
    ...(countsTerminating ? { terminatingReplicas: terminating.length } : {}),
    observedGeneration: owner.metadata.generation ?? 0,
    ...(conditions.length ? { conditions } : {}),
  }
}

/** Whether writing the status would tell anything new. Absent counts and 0 are the same. */
export function statusChanged(owner: Replicated, status: ReplicaStatus): boolean {
  const old = owner.status
  const counts: (keyof ReplicaStatus)[] = [
    'replicas',
    'fullyLabeledReplicas',
    'readyReplicas',
    'availableReplicas',
    'terminatingReplicas',
    'observedGeneration',
  ]
  return (
    old === undefined ||
    (status.terminatingReplicas !== undefined && old.terminatingReplicas === undefined) ||
    counts.some(count => (old[count] ?? 0) !== (status[count] ?? 0)) ||
    !semanticEqual(old.conditions, status.conditions)
  )
}

function withReplicaFailure(
  owner: Replicated,
  activeCount: number,
  failure: unknown,
  now: number,
): ReplicaSetCondition[] {
  const old = owner.status?.conditions ?? []
  const known = old.find(condition => condition.type === 'ReplicaFailure')
  if (failure === undefined) return old.filter(condition => condition !== known)
  if (known) return old
  const missing = (owner.spec?.replicas ?? 1) - activeCount
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
