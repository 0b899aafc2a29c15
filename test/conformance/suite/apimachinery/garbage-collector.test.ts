import {
  AppsV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
} from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import { refused } from '../../support/refusals.ts'

const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
const name = 'collected'
const labels = { app: name }
const container = { name: 'pause', image: 'registry.k8s.io/pause:3.10.1' }

const deployment: V1Deployment = {
  metadata: { name, labels },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [container], terminationGracePeriodSeconds: 0 },
    },
  },
}

/** The ReplicaSets and Pods of a test's namespace. */
function dependents({ api, core, namespace }: ConformanceContext) {
  return {
    replicaSets: async () => (await api(AppsV1Api).listNamespacedReplicaSet({ namespace })).items,
    pods: async () => (await core.listNamespacedPod({ namespace })).items,
  }
}

/** Creates the Deployment, and waits for its ReplicaSet and Pods. */
async function deploy(context: ConformanceContext): Promise<void> {
  const { api, namespace } = context
  const { replicaSets, pods } = dependents(context)
  await api(AppsV1Api).createNamespacedDeployment({ namespace, body: deployment })
  await eventually(async () => {
    expect(await replicaSets()).toHaveLength(1)
    expect(await pods()).toHaveLength(2)
  })
}

conformance(
  '[sig-api-machinery] Garbage collector should delete RS created by deployment when not orphaning [Conformance]',
  async context => {
    const { api, namespace, step } = context
    const { replicaSets, pods } = dependents(context)
    await step('create a Deployment: it gets a ReplicaSet and Pods', () => deploy(context))
    await step('delete it in the background', () =>
      api(AppsV1Api).deleteNamespacedDeployment({
        namespace,
        name,
        body: { propagationPolicy: 'Background' },
      }),
    )
    await step('ReplicaSet and Pods follow', () =>
      eventually(async () => {
        expect(await replicaSets()).toEqual([])
        expect(await pods()).toEqual([])
      }),
    )
  },
)

conformance(
  '[sig-api-machinery] Garbage collector should orphan RS created by deployment when deleteOptions.PropagationPolicy is Orphan [Conformance]',
  async context => {
    const { api, namespace, step } = context
    const apps = api(AppsV1Api)
    const { replicaSets, pods } = dependents(context)
    await step('create a Deployment: it gets a ReplicaSet and Pods', () => deploy(context))
    await step('delete it, its dependents orphaned', async () => {
      const body = { propagationPolicy: 'Orphan' }
      await apps.deleteNamespacedDeployment({ namespace, name, body })
      await eventually(() => refused(404, apps.readNamespacedDeployment({ namespace, name })))
    })
    await step('the ReplicaSet stays, without an owner, and keeps its Pods', async () => {
      const [replicaSet, ...others] = await replicaSets()
      expect(others).toEqual([])
      expect(replicaSet?.metadata?.ownerReferences ?? []).toEqual([])
      expect(replicaSet?.metadata?.deletionTimestamp).toBeUndefined()
      for (const pod of await pods()) {
        expect(pod.metadata?.deletionTimestamp).toBeUndefined()
        expect(pod.metadata?.ownerReferences).toEqual([
          expect.objectContaining({ kind: 'ReplicaSet', uid: replicaSet?.metadata?.uid }),
        ])
      }
    })
    await step('a further pass of the collector leaves them alone', async () => {
      await collectSomethingElse(context)
      expect(await replicaSets()).toHaveLength(1)
      expect(await pods()).toHaveLength(2)
    })
  },
)

/** Waits until the collector has seen all that was there before: it deletes an object whose owner never was. */
async function collectSomethingElse({ core, namespace }: ConformanceContext): Promise<void> {
  const owner = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'never-was',
    uid: '00000000-0000-4000-8000-000000000000',
  }
  const metadata = { name: 'later', ownerReferences: [owner] }
  await core.createNamespacedConfigMap({ namespace, body: { metadata } })
  await eventually(() => refused(404, core.readNamespacedConfigMap({ namespace, name: 'later' })))
}

conformance(
  '[sig-api-machinery] Garbage collector should not be blocked by dependency circle [Conformance]',
  async context => {
    const { core, namespace, step } = context
    const names = ['pod1', 'pod2', 'pod3']
    const pods = await step('create three Pods', () =>
      Promise.all(
        names.map(name =>
          core.createNamespacedPod({
            namespace,
            body: { metadata: { name }, spec: { containers: [container] } },
          }),
        ),
      ),
    )
    await step('make each the owner of the next: a circle', async () => {
      for (const [index, name] of names.entries()) {
        const owner = pods.at(index - 1)?.metadata
        const reference = {
          apiVersion: 'v1',
          kind: 'Pod',
          name: owner?.name ?? '',
          uid: owner?.uid ?? '',
          controller: true,
          blockOwnerDeletion: true,
        }
        const body = { metadata: { ownerReferences: [reference] } }
        await core.patchNamespacedPod({ namespace, name, body }, mergePatch)
      }
    })
    await step('delete one: all go', async () => {
      await core.deleteNamespacedPod({
        namespace,
        name: 'pod1',
        gracePeriodSeconds: 0,
        body: { propagationPolicy: 'Foreground' },
      })
      await eventually(async () =>
        expect((await core.listNamespacedPod({ namespace })).items).toEqual([]),
      )
    })
  },
)
