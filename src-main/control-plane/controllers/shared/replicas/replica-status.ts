import { formatTime } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { ReplicaSetCondition, ReplicaSetStatus } from '#kubernetes/api/apps-v1.ts'
import type { Pod, PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import type { KubernetesObject, Stored } from '#kubernetes/objects.ts'
import { isPodReady, isPodTerminal, untilPodAvailable } from '#kubernetes/pod-state.ts'
import { matchesLabels } from '#kubernetes/selectors/match-label-selector.ts'
import { earliest } from '../next-look.ts'

/** What the status of a ReplicationController says, too. */
export type ReplicaStatus = ReplicaSetStatus

/** A ReplicaSet or a ReplicationController. */
export interface Replicated extends KubernetesObject {
  spec?: { replicas?: number; minReadySeconds?: number; template?: PodTemplateSpec }
  status?: ReplicaStatus
}

/** What a set's pods amount to at a moment. */
interface ReplicaLook {
  status: ReplicaStatus
  /** Milliseconds until the next pod counts as available; undefined when none is to. */
  untilNextAvailable: number | undefined
}

/**
 * Looks at each of a set's pods once: what the status is to say, and when it will have to say something else. `failure`
 * is what went wrong while scaling; pods on their way out are told only by kinds whose status has a place for them.
 */
export function replicaStatus(
  owner: Stored<Replicated>,
  owned: readonly Stored<Pod>[],
  options: { failure: unknown; now: number; countsTerminating: boolean },
): ReplicaLook {
  const { failure, now, countsTerminating } = options
  const { template, minReadySeconds = 0 } = owner.spec ?? {}
  const templateLabels = template?.metadata?.labels
  const counts = {
    replicas: 0,
    fullyLabeledReplicas: 0,
    readyReplicas: 0,
    availableReplicas: 0,
    ...(countsTerminating ? { terminatingReplicas: 0 } : {}),
  }
  let untilNextAvailable: number | undefined
  for (const pod of owned) {
    if (isPodTerminal(pod)) continue
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (counts.terminatingReplicas !== undefined) counts.terminatingReplicas++
      continue
    }
    counts.replicas++
    if (matchesLabels(templateLabels, pod.metadata.labels)) counts.fullyLabeledReplicas++
    const waitMs = untilPodAvailable(pod, minReadySeconds, now)
    if (waitMs !== undefined || isPodReady(pod)) counts.readyReplicas++
    if (waitMs === 0) counts.availableReplicas++
    else untilNextAvailable = earliest(untilNextAvailable, waitMs)
  }
  const conditions = withReplicaFailure(owner, counts.replicas, failure, now)
  const observedGeneration = owner.metadata.generation ?? 0
  const status = { ...counts, observedGeneration, ...(conditions.length ? { conditions } : {}) }
  return { status, untilNextAvailable }
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
