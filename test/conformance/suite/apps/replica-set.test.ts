import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { replaceLatest } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import {
  checkCollection,
  checkScale,
  checkStatus,
  podTemplate,
  readyPods,
  secondImage,
  workload,
  workloads,
} from '../../support/workloads.ts'

const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

conformance(
  '[sig-apps] ReplicaSet Replicaset should have a working scale subresource [Conformance]',
  context => checkScale(context, 'ReplicaSet'),
)

conformance(
  '[sig-apps] ReplicaSet should list and delete a collection of ReplicaSets [Conformance]',
  context => checkCollection(context, 'ReplicaSet', 3),
)

conformance(
  '[sig-apps] ReplicaSet should validate Replicaset Status endpoints [Conformance]',
  context => checkStatus(context, 'ReplicaSet'),
)

conformance('[sig-apps] ReplicaSet Replace and Patch tests [Conformance]', async context => {
  const { step } = context
  const replicaSets = workloads(context, 'ReplicaSet')
  await step('create a ReplicaSet of one: its Pod runs', async () => {
    await replicaSets.create(workload('ReplicaSet', 'changed'))
    await readyPods(context, 'changed', 1)
  })
  await step('update it to two: two Pods run', async () => {
    await replaceLatest(replicaSets, 'changed', object => {
      object['spec'].replicas = 2
    })
    await readyPods(context, 'changed', 2)
  })
  await step('patch it to three, with another image and a label: three Pods run', async () => {
    const patched = await replicaSets.patch('changed', {
      metadata: { labels: { 'test-rs': 'patched' } },
      spec: { replicas: 3, template: podTemplate({ app: 'changed' }, secondImage) },
    })
    expect(patched.metadata?.labels).toEqual({ 'test-rs': 'patched' })
    expect(patched['spec'].template.spec.containers[0].image).toBe(secondImage)
    const pods = await readyPods(context, 'changed', 3)
    const images = pods.map(({ spec }) => spec?.containers[0]?.image)
    expect(images.filter(image => image === secondImage)).toHaveLength(1)
  })
})

conformance(
  '[sig-apps] ReplicaSet should adopt matching pods on creation and release no longer matching pods [Conformance]',
  async context => {
    const { core, namespace, step } = context
    const ownersOf = async (name: string) =>
      (await core.readNamespacedPod({ namespace, name })).metadata?.ownerReferences ?? []
    await step('create a Pod without an owner', async () => {
      const { spec } = podTemplate({})
      const body = { metadata: { name: 'orphan', labels: { app: 'adopting' } }, spec }
      await core.createNamespacedPod({ namespace, body })
      expect(await ownersOf('orphan')).toEqual([])
    })
    await step('create a ReplicaSet that it matches: it is adopted, no other is made', async () => {
      const { metadata } = await workloads(context, 'ReplicaSet').create(
        workload('ReplicaSet', 'adopting'),
      )
      await eventually(async () =>
        expect(await ownersOf('orphan')).toEqual([
          expect.objectContaining({ kind: 'ReplicaSet', uid: metadata?.uid, controller: true }),
        ]),
      )
      await readyPods(context, 'adopting', 1)
    })
    await step('change its label: it is released, and replaced', async () => {
      const body = { metadata: { labels: { app: 'elsewhere' } } }
      await core.patchNamespacedPod({ namespace, name: 'orphan', body }, mergePatch)
      await eventually(async () => expect(await ownersOf('orphan')).toEqual([]))
      const [replacement] = await readyPods(context, 'adopting', 1)
      expect(replacement?.metadata?.name).not.toBe('orphan')
    })
  },
)
