import type { Deployment, ReplicaSet } from '#kubernetes/api/apps-v1.ts'
import { shareOf } from '#kubernetes/int-or-string.ts'
import { maxReplicasOf } from './revisions.ts'

/** Pods that a Deployment wants. */
export const wantedReplicas = ({ spec }: Deployment): number => spec.replicas ?? 1

/** Pods that a ReplicaSet wants. */
export const replicasOf = ({ spec }: ReplicaSet): number => spec?.replicas ?? 1

export const sumReplicas = (replicaSets: ReplicaSet[]): number =>
  replicaSets.reduce((sum, replicaSet) => sum + replicasOf(replicaSet), 0)

export const sumStatus = (
  replicaSets: ReplicaSet[],
  count: 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas',
): number => replicaSets.reduce((sum, replicaSet) => sum + (replicaSet.status?.[count] ?? 0), 0)

const isRolling = ({ spec }: Deployment): boolean => spec.strategy?.type !== 'Recreate'

/** Pods above the wanted number that a rolling update may run; percentages round up. */
export function maxSurge(deployment: Deployment): number {
  return isRolling(deployment) ? limits(deployment).surge : 0
}

/** Pods below the wanted number that a rolling update may leave; percentages round down, and both zero means 1. */
export function maxUnavailable(deployment: Deployment): number {
  const wanted = wantedReplicas(deployment)
  if (!isRolling(deployment) || wanted === 0) return 0
  return Math.min(limits(deployment).unavailable, wanted)
}

function limits(deployment: Deployment): { surge: number; unavailable: number } {
  const rolling = deployment.spec.strategy?.rollingUpdate
  const wanted = wantedReplicas(deployment)
  const surge = shareOf(rolling?.maxSurge ?? '25%', wanted, Math.ceil)
  const unavailable = shareOf(rolling?.maxUnavailable ?? '25%', wanted, Math.floor)
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

/** The size the newest ReplicaSet may have now: as near to the wanted as the surge allows. */
export function newReplicaSetSize(
  deployment: Deployment,
  all: ReplicaSet[],
  newest: ReplicaSet | undefined,
): number {
  const wanted = wantedReplicas(deployment)
  if (!isRolling(deployment)) return wanted
  const current = newest ? replicasOf(newest) : 0
  const room = wanted + maxSurge(deployment) - sumReplicas(all)
  if (room <= 0) return current
  return current + Math.min(room, wanted - current)
}

/**
 * How many pods of the old ReplicaSets may go now without fewer than `wanted - maxUnavailable` staying available,
 * counting pods of the newest that aren't available yet as lost.
 */
export function oldPodsToRemove(
  deployment: Deployment,
  all: ReplicaSet[],
  newest: ReplicaSet | undefined,
): number {
  const minAvailable = wantedReplicas(deployment) - maxUnavailable(deployment)
  const newUnavailable = newest ? replicasOf(newest) - (newest.status?.availableReplicas ?? 0) : 0
  return sumReplicas(all) - minAvailable - newUnavailable
}

/**
 * New sizes when a Deployment in the middle of a rollout is resized: what is to be added or removed is shared among the
 * ReplicaSets in proportion to their size, and the rest of the rounding goes to the largest.
 */
export function proportionalSizes(
  deployment: Deployment,
  active: ReplicaSet[],
): { replicaSet: ReplicaSet; size: number }[] {
  const wanted = wantedReplicas(deployment)
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0
  const toAdd = allowed - sumReplicas(active)
  const newerFirst = (a: ReplicaSet, b: ReplicaSet) => createdAt(b) - createdAt(a)
  const sorted = [...active].sort(
    (a, b) => replicasOf(b) - replicasOf(a) || (toAdd > 0 ? newerFirst(a, b) : newerFirst(b, a)),
  )
  let added = 0
  const sizes = sorted.map(replicaSet => {
    const share = toAdd === 0 ? 0 : proportion(deployment, replicaSet, toAdd, added)
    added += share
    return { replicaSet, size: replicasOf(replicaSet) + share }
  })
  const [largest] = sizes
  if (largest && toAdd !== 0) largest.size = Math.max(0, largest.size + toAdd - added)
  return sizes
}

function proportion(
  deployment: Deployment,
  replicaSet: ReplicaSet,
  toAdd: number,
  added: number,
): number {
  const size = replicasOf(replicaSet)
  const left = toAdd - added
  if (size === 0 || left === 0) return 0
  const fraction = fractionOf(deployment, replicaSet, size)
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left)
}

function fractionOf(deployment: Deployment, replicaSet: ReplicaSet, size: number): number {
  const wanted = wantedReplicas(deployment)
  if (wanted === 0) return -size
  const maxBefore = maxReplicasOf(replicaSet) || deployment.status?.replicas || 0
  if (maxBefore === 0) return 0
  return Math.round((size * (wanted + maxSurge(deployment))) / maxBefore) - size
}

/** When an object was created, in milliseconds, for sorting. */
export const createdAt = ({ metadata }: ReplicaSet): number =>
  Date.parse(metadata.creationTimestamp ?? '') || 0
