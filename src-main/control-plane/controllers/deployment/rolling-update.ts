import { isComplete } from './deployment-conditions.ts'
import type { DeploymentSync } from './deployment-sync.ts'
import { prepareNewest } from './new-replica-set.ts'
import {
  maxUnavailable,
  newReplicaSetSize,
  oldPodsToRemove,
  replicasOf,
  sumStatus,
  wantedReplicas,
} from './rollout-arithmetic.ts'

/**
 * Moves pods from the old ReplicaSets to the newest, one step a look: first up as far as `maxSurge` allows,
 * else down as far as `maxUnavailable` allows; the ReplicaSets' status wakes it for the next step.
 */
export async function rollingUpdate(sync: DeploymentSync): Promise<void> {
  await prepareNewest(sync, true)
  if (!(await scaleUp(sync)) && !(await scaleDown(sync))) {
    if (isComplete(sync.deployment, sync.deployment.status)) await sync.cleanUp()
  }
  await sync.writeRolloutStatus()
}

async function scaleUp(sync: DeploymentSync): Promise<boolean> {
  const { newest, deployment } = sync
  if (!newest) return false
  const wanted = wantedReplicas(deployment)
  const size = replicasOf(newest)
  if (size === wanted) return false
  if (size > wanted) return sync.scale(newest, wanted)
  return sync.scale(newest, newReplicaSetSize(deployment, sync.all, newest))
}

async function scaleDown(sync: DeploymentSync): Promise<boolean> {
  if (!sync.old.some(replicaSet => replicasOf(replicaSet) > 0)) return false
  const removable = oldPodsToRemove(sync.deployment, sync.all, sync.newest)
  if (removable <= 0) return false
  const unhealthy = await removeUnhealthy(sync, removable)
  const healthy = await removeAvailable(sync)
  return unhealthy + healthy > 0
}

/** Old pods that aren't available cost nothing to lose, and go first so that a stuck rollout can be rolled back. */
async function removeUnhealthy(sync: DeploymentSync, removable: number): Promise<number> {
  let removed = 0
  for (const replicaSet of sync.old) {
    const size = replicasOf(replicaSet)
    const unavailable = size - (replicaSet.status?.availableReplicas ?? 0)
    const count = Math.min(removable - removed, unavailable)
    if (size === 0 || count <= 0) continue
    await sync.scale(replicaSet, size - count)
    removed += count
  }
  return removed
}

async function removeAvailable(sync: DeploymentSync): Promise<number> {
  const { deployment } = sync
  const minAvailable = wantedReplicas(deployment) - maxUnavailable(deployment)
  const spare = sumStatus(sync.all, 'availableReplicas') - minAvailable
  let removed = 0
  for (const replicaSet of sync.old) {
    const size = replicasOf(replicaSet)
    const count = Math.min(size, spare - removed)
    if (count <= 0) continue
    await sync.scale(replicaSet, size - count)
    removed += count
  }
  return removed
}
