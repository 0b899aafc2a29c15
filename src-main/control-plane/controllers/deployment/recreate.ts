import type { Pod } from '#kubernetes/api/core-v1.ts'
import { controllerOf } from '#kubernetes/owners.ts'
import { isPodTerminal } from '#kubernetes/pod-state.ts'
import { isComplete } from './deployment-conditions.ts'
import type { DeploymentSync } from './deployment-sync.ts'
import { prepareNewest } from './new-replica-set.ts'
import { replicasOf, sumStatus, wantedReplicas } from './rollout-arithmetic.ts'

/** Stops every old pod before it starts the first new one. `pods` are those of all its ReplicaSets. */
export async function recreate(sync: DeploymentSync, pods: Pod[]): Promise<void> {
  await prepareNewest(sync, false)
  let scaledDown = false
  for (const replicaSet of sync.old) {
    if (replicasOf(replicaSet) > 0) scaledDown = (await sync.scale(replicaSet, 0)) || scaledDown
  }
  if (!scaledDown && !oldPodsRun(sync, pods)) {
    await prepareNewest(sync, true)
    if (sync.newest) await sync.scale(sync.newest, wantedReplicas(sync.deployment))
    if (isComplete(sync.deployment, sync.deployment.status)) await sync.cleanUp()
  }
  await sync.writeRolloutStatus()
}

function oldPodsRun(sync: DeploymentSync, pods: Pod[]): boolean {
  if (sumStatus(sync.old, 'replicas') > 0) return true
  const newest = sync.newest?.metadata.uid
  return pods.some(pod => controllerOf(pod)?.uid !== newest && !isPodTerminal(pod))
}
