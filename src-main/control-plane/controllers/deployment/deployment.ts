import { deployments, pods, replicaSets } from '#client/resource-types.ts'
import type { ReplicaSet } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { type KubernetesObject, keyOf, type Stored } from '#kubernetes/objects.ts'
import { controllerOf } from '#kubernetes/owners.ts'
import {
  isEmptySelector,
  matchesLabelSelector,
} from '#kubernetes/selectors/match-label-selector.ts'
import { defineController } from '../define-controller.ts'
import { claim } from '../shared/claim.ts'
import { controlledBy, indexByController } from '../shared/controlled-objects.ts'
import { type DeploymentContext, DeploymentSync } from './deployment-sync.ts'
import { recreate } from './recreate.ts'
import { resize } from './resize.ts'
import { rollingUpdate } from './rolling-update.ts'

const uidIndex = 'uid'

/** Rolls the template of each Deployment out over ReplicaSets. */
export const deploymentController = defineController({
  name: 'deployment-controller',
  for: deployments,
  reads: { replicaSets, pods },
  start: context => {
    watchDependents(context)
    return key => reconcile(context, key)
  },
})

async function reconcile(context: DeploymentContext, key: string): Promise<number | undefined> {
  const deployment = context.informer.get(key)
  if (!deployment) return undefined
  if (isEmptySelector(deployment.spec.selector)) {
    await refuseEmptySelector(context, key)
    return undefined
  }
  const owned = await claimReplicaSets(context, key)
  const sync = new DeploymentSync(context, deployment, owned)
  if (deployment.metadata.deletionTimestamp) {
    await sync.writeStatus()
    return undefined
  }
  await sync.notePause()
  if (deployment.spec.paused || sync.wasResized()) {
    await resize(sync)
    return undefined
  }
  if (deployment.spec.strategy?.type === 'Recreate') {
    await recreate(sync, podsOf(context, owned))
  } else {
    await rollingUpdate(sync)
  }
  return sync.untilStuck()
}

async function claimReplicaSets(
  { client, informer, informers }: DeploymentContext,
  key: string,
): Promise<Stored<ReplicaSet>[]> {
  const deployment = informer.get(key)
  if (!deployment) return []
  return claim({
    client,
    ownerType: deployments,
    owner: deployment,
    selector: deployment.spec.selector,
    type: replicaSets,
    candidates: informers.replicaSets.list(deployment.metadata.namespace),
  })
}

const podsOf = ({ informers }: DeploymentContext, owners: Stored<ReplicaSet>[]): Stored<Pod>[] =>
  owners.flatMap(owner => controlledBy(informers.pods, owner))

async function refuseEmptySelector(context: DeploymentContext, key: string): Promise<void> {
  const deployment = context.informer.get(key)
  if (!deployment) return
  context.recorder.record(
    deployment,
    {
      type: 'Warning',
      reason: 'SelectingAll',
      message: 'This deployment is selecting all pods. A non-empty selector is required.',
    },
    { apiVersion: 'apps/v1', kind: 'Deployment' },
  )
  const observedGeneration = deployment.metadata.generation ?? 0
  if ((deployment.status?.observedGeneration ?? 0) >= observedGeneration) return
  const status = { ...deployment.status, observedGeneration }
  await context.client.updateStatus(deployments, { ...deployment, status })
}

function watchDependents(context: DeploymentContext): void {
  const { informer, informers, queue } = context
  informer.addIndex(uidIndex, ({ metadata }) => [metadata.uid])
  indexByController(informers.pods)
  informers.replicaSets.addIndex(uidIndex, ({ metadata }) => [metadata.uid])
  const wakeOwner = (object: KubernetesObject) => {
    const owner = controllerOf(object)
    const deployment = owner && informer.byIndex(uidIndex, owner.uid)[0]
    if (deployment) queue.add(keyOf(deployment))
    return owner !== undefined
  }
  const wake = (replicaSet: Stored<ReplicaSet>) => {
    if (wakeOwner(replicaSet)) return
    for (const deployment of informer.list(replicaSet.metadata.namespace)) {
      if (matchesLabelSelector(deployment.spec.selector, replicaSet.metadata.labels)) {
        queue.add(keyOf(deployment))
      }
    }
  }
  context.on(informers.replicaSets, {
    added: wake,
    updated: (replicaSet, old) => {
      if (controllerOf(old)?.uid !== controllerOf(replicaSet)?.uid) wakeOwner(old)
      wake(replicaSet)
    },
    deleted: wakeOwner,
  })
  // A Recreate rollout waits for the last old pod to go.
  context.on(informers.pods, {
    deleted: pod => {
      const owner = controllerOf(pod)
      const replicaSet = owner && informers.replicaSets.byIndex(uidIndex, owner.uid)[0]
      const deployment =
        replicaSet && informer.byIndex(uidIndex, controllerOf(replicaSet)?.uid ?? '')[0]
      if (deployment?.spec.strategy?.type === 'Recreate') queue.add(keyOf(deployment))
    },
  })
}
