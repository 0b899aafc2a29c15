import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../../support/eventually.ts'
import { conformance } from '../../../support/conformance.ts'
import type { ConformanceContext } from '../../../support/context.ts'
import { refused } from '../../../support/refusals.ts'
import { firstImage, podTemplate, readyPods } from '../../../support/workloads.ts'

const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

/** Creates a Pod labelled `app: NAME`, and waits until it is ready. */
async function createPod(context: ConformanceContext, name: string): Promise<void> {
  const { core, namespace } = context
  const { metadata, spec } = podTemplate({ app: name })
  await core.createNamespacedPod({ namespace, body: { metadata: { ...metadata, name }, spec } })
  await readyPods(context, name, 1)
}

conformance(
  '[sig-node] Pods should get a host IP [NodeConformance] [Conformance]',
  async context => {
    const { core, namespace, step } = context
    await step('create a Pod: its status tells the address of its node', async () => {
      await createPod(context, 'hosted')
      const { spec, status } = await core.readNamespacedPod({ namespace, name: 'hosted' })
      const node = await core.readNode({ name: spec?.nodeName ?? '' })
      const addresses = node.status?.addresses?.map(({ address }) => address)
      expect(status?.hostIP).toMatch(/^[0-9a-f.:]+$/)
      expect(addresses).toContain(status?.hostIP)
      expect(status?.hostIPs?.[0]?.ip).toBe(status?.hostIP)
    })
  },
)

conformance(
  '[sig-node] Pods should be submitted and removed [NodeConformance] [Conformance]',
  async context => {
    const { core, namespace, step, watch } = context
    const labelSelector = 'app=submitted'
    const watched = await step('watch Pods with a label', () =>
      watch(`/api/v1/namespaces/${namespace}/pods`, { labelSelector }),
    )
    await step('create one: the watch tells it, and a list has it', async () => {
      await createPod(context, 'submitted')
      await watched.until('ADDED')
      const { items } = await core.listNamespacedPod({ namespace, labelSelector })
      expect(items).toHaveLength(1)
    })
    await step('delete it with a grace period: it is said, then it is gone', async () => {
      await core.deleteNamespacedPod({ namespace, name: 'submitted', gracePeriodSeconds: 30 })
      const ending = await watched.until('MODIFIED', ({ metadata }) => metadata.deletionTimestamp)
      expect(ending.metadata.deletionGracePeriodSeconds).toBe(30)
      await watched.until('DELETED')
      await refused(404, core.readNamespacedPod({ namespace, name: 'submitted' }))
    })
  },
)

conformance('[sig-node] Pods should be updated [NodeConformance] [Conformance]', async context => {
  const { core, namespace, step } = context
  await step('create a Pod and update a label: a list by the new label finds it', async () => {
    await createPod(context, 'updated')
    await eventually(async () => {
      const body = await core.readNamespacedPod({ namespace, name: 'updated' })
      body.metadata = { ...body.metadata, labels: { app: 'updated', time: 'later' } }
      await core.replaceNamespacedPod({ namespace, name: 'updated', body })
    })
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'time=later' })
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['updated'])
  })
  await step('it still runs, with what it was created with', async () => {
    const [pod] = await readyPods(context, 'updated', 1)
    expect(pod?.spec?.containers[0]?.image).toBe(firstImage)
  })
})

conformance(
  '[sig-node] Pods should allow activeDeadlineSeconds to be updated [NodeConformance] [Conformance]',
  async context => {
    const { core, namespace, step } = context
    await step('create a Pod and give it five seconds more: it fails by its deadline', async () => {
      await createPod(context, 'hurried')
      await eventually(async () => {
        const body = await core.readNamespacedPod({ namespace, name: 'hurried' })
        if (body.spec) body.spec.activeDeadlineSeconds = 5
        await core.replaceNamespacedPod({ namespace, name: 'hurried', body })
      })
      await eventually(
        async () => {
          const { status } = await core.readNamespacedPod({ namespace, name: 'hurried' })
          expect(status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
        },
        { timeoutMs: 60_000 },
      )
    })
  },
)

conformance('[sig-node] Pods should delete a collection of pods [Conformance]', async context => {
  const { core, namespace, step } = context
  const labelSelector = 'type=Testing'
  const names = ['test-pod-1', 'test-pod-2', 'test-pod-3']
  const listed = async () => (await core.listNamespacedPod({ namespace, labelSelector })).items
  await step('create three Pods with a label', async () => {
    for (const name of names) {
      const { spec } = podTemplate({})
      const body = { metadata: { name, labels: { type: 'Testing' } }, spec }
      await core.createNamespacedPod({ namespace, body })
    }
    expect(await listed()).toHaveLength(3)
  })
  await step('delete the collection by the label: none is left', async () => {
    await core.deleteCollectionNamespacedPod({ namespace, labelSelector })
    await eventually(async () => expect(await listed()).toEqual([]))
  })
})

conformance('[sig-node] Pods should patch a pod status [Conformance]', async context => {
  const { core, namespace, step } = context
  const key = { namespace, name: 'status' }
  await step('create a Pod', () => createPod(context, 'status'))
  await step('patch a condition into its status: a read of the status has it', async () => {
    const condition = { type: 'CustomConditionType', status: 'False' }
    const { status } = await core.readNamespacedPodStatus(key)
    const conditions = [...(status?.conditions ?? []), condition]
    await core.patchNamespacedPodStatus({ ...key, body: { status: { conditions } } }, mergePatch)
    const read = await core.readNamespacedPodStatus(key)
    expect(read.status?.conditions).toContainEqual(expect.objectContaining(condition))
  })
})
