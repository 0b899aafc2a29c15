import type { ReplicaSet } from '#kubernetes/api/apps-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import type { DeploymentSync } from './deployment-sync.ts'
import { prepareNewest } from './new-replica-set.ts'
import { desiredReplicasOf } from './revisions.ts'
import { proportionalSizes, replicasOf, wantedReplicas } from './rollout-arithmetic.ts'

/** Follows a change of size without moving the rollout on: what a paused or resized Deployment does. */
export async function resize(sync: DeploymentSync): Promise<void> {
  await prepareNewest(sync, false)
  await scaleAll(sync)
  if (sync.deployment.spec.paused) await sync.cleanUp()
  await sync.writeStatus()
}

async function scaleAll(sync: DeploymentSync): Promise<void> {
  const { deployment, all, old } = sync
  const wanted = wantedReplicas(deployment)
  const active = all.filter(replicaSet => replicasOf(replicaSet) > 0)
  if (active.length <= 1) {
    const only = active[0] ?? sync.newest ?? all.at(-1)
    if (only && replicasOf(only) !== wanted) await sync.scale(only, wanted)
    return
  }
  if (isSaturated(sync)) {
    for (const replicaSet of old) {
      if (replicasOf(replicaSet) > 0) await sync.scale(replicaSet, 0)
    }
    return
  }
  if (deployment.spec.strategy?.type === 'Recreate') return
  for (const { replicaSet, size } of proportionalSizes(deployment, active)) {
    await sync.scale(replicaSet as Stored<ReplicaSet>, size)
  }
}

function isSaturated({ deployment, newest }: DeploymentSync): boolean {
  if (!newest) return false
  const wanted = wantedReplicas(deployment)
  return (
    replicasOf(newest) === wanted &&
    desiredReplicasOf(newest) === wanted &&
    newest.status?.availableReplicas === wanted
  )
}
