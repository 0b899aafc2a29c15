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

const controllerName = 'simpletest.rc'

/** Creates a ReplicationController, and waits for its Pods. */
async function replicate(
  context: ConformanceContext,
  { name = controllerName, replicas = 10, finalizers = [] as string[] } = {},
): Promise<void> {
  const { core, namespace } = context
  const selector = { name }
  const spec = { containers: [container], terminationGracePeriodSeconds: 0 }
  await core.createNamespacedReplicationController({
    namespace,
    body: {
      metadata: { name },
      spec: { replicas, selector, template: { metadata: { labels: selector, finalizers }, spec } },
    },
  })
  const labelSelector = `name=${name}`
  await eventually(async () => {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector })
    expect(items).toHaveLength(replicas)
  })
}

const deleteController = ({ core, namespace }: ConformanceContext, propagationPolicy: string) =>
  core.deleteNamespacedReplicationController({
    namespace,
    name: controllerName,
    body: { propagationPolicy },
  })

const readController = ({ core, namespace }: ConformanceContext, name = controllerName) =>
  core.readNamespacedReplicationController({ namespace, name })

conformance(
  '[sig-api-machinery] Garbage collector should delete pods created by rc when not orphaning [Conformance]',
  async context => {
    const { step } = context
    const { pods } = dependents(context)
    await step('create a ReplicationController: it gets Pods', () =>
      replicate(context, { replicas: 2 }),
    )
    await step('delete it in the background', () => deleteController(context, 'Background'))
    await step('its Pods follow', () => eventually(async () => expect(await pods()).toEqual([])))
  },
)

conformance(
  '[sig-api-machinery] Garbage collector should orphan pods created by rc if delete options say so [Serial] [Conformance]',
  async context => {
    const { step } = context
    const { pods } = dependents(context)
    await step('create a ReplicationController: it gets Pods', () => replicate(context))
    await step('delete it, its dependents orphaned', async () => {
      await deleteController(context, 'Orphan')
      await eventually(() => refused(404, readController(context)))
    })
    await step('its Pods stay, without an owner', async () => {
      await collectSomethingElse(context)
      const left = await pods()
      expect(left).toHaveLength(10)
      for (const { metadata } of left) {
        expect(metadata?.ownerReferences ?? []).toEqual([])
        expect(metadata?.deletionTimestamp).toBeUndefined()
      }
    })
  },
)

conformance(
  '[sig-api-machinery] Garbage collector should keep the rc around until all its pods are deleted if the deleteOptions says so [Serial] [Conformance]',
  async context => {
    const { core, namespace, step } = context
    const { pods } = dependents(context)
    const hold = 'e2e.example.com/hold'
    await step('create a ReplicationController whose Pods a finalizer holds', () =>
      replicate(context, { finalizers: [hold] }),
    )
    await step(
      'delete it in the foreground: its Pods are being deleted, and it waits',
      async () => {
        await deleteController(context, 'Foreground')
        await eventually(async () => {
          const going = await pods()
          expect(going).toHaveLength(10)
          for (const { metadata } of going) expect(metadata?.deletionTimestamp).toBeDefined()
        })
        const { metadata } = await readController(context)
        expect(metadata?.deletionTimestamp).toBeDefined()
        expect(metadata?.finalizers).toEqual(['foregroundDeletion'])
      },
    )
    await step('let all Pods but one go: it still waits', async () => {
      const names = (await pods()).map(({ metadata }) => metadata?.name ?? '')
      await Promise.all(names.slice(1).map(name => release(context, name)))
      await eventually(async () => expect(await pods()).toHaveLength(1))
      await collectSomethingElse(context)
      expect((await readController(context)).metadata?.name).toBe(controllerName)
    })
    await step('let the last go: it follows', async () => {
      for (const { metadata } of await pods()) await release(context, metadata?.name ?? '')
      await eventually(() => refused(404, readController(context)))
      expect((await core.listNamespacedPod({ namespace })).items).toEqual([])
    })
  },
)

/** Takes the finalizers off a Pod. */
const release = ({ core, namespace }: ConformanceContext, name: string) =>
  core.patchNamespacedPod({ namespace, name, body: { metadata: { finalizers: null } } }, mergePatch)

conformance(
  "[sig-api-machinery] Garbage collector should not delete dependents that have both valid owner and owner that's waiting for dependents to be deleted [Serial] [Conformance]",
  async context => {
    const { core, namespace, step } = context
    const { pods } = dependents(context)
    const stays = 'simpletest.rc.to.stay'
    await step('create two ReplicationControllers, the second without Pods', async () => {
      await replicate(context)
      await replicate(context, { name: stays, replicas: 0 })
    })
    const shared = await step('make the second an owner of half of the first’s Pods', async () => {
      const owner = await readController(context, stays)
      const reference = {
        apiVersion: 'v1',
        kind: 'ReplicationController',
        name: stays,
        uid: owner.metadata?.uid ?? '',
      }
      const half = (await pods()).slice(0, 5)
      for (const { metadata } of half) {
        const ownerReferences = [...(metadata?.ownerReferences ?? []), reference]
        const body = { metadata: { ownerReferences } }
        await core.patchNamespacedPod({ namespace, name: metadata?.name ?? '', body }, mergePatch)
      }
      return half.map(({ metadata }) => metadata?.name).toSorted()
    })
    await step(
      'delete the first in the foreground: it goes, and so do its other Pods',
      async () => {
        await deleteController(context, 'Foreground')
        await eventually(() => refused(404, readController(context)))
      },
    )
    await step('the shared Pods stay, owned by the second', async () => {
      await collectSomethingElse(context)
      const left = await pods()
      expect(left.map(({ metadata }) => metadata?.name).toSorted()).toEqual(shared)
      for (const { metadata } of left) {
        expect(metadata?.deletionTimestamp).toBeUndefined()
        expect(metadata?.ownerReferences?.map(({ name }) => name)).toEqual([stays])
      }
    })
  },
)
