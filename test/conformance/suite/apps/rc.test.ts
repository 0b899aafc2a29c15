import type { V1ReplicationController } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import { mergePatch } from '../../support/patches.ts'
import { waitingPod } from '../../support/pods.ts'

const controllerOf = (name: string, replicas: number): V1ReplicationController => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { name },
    template: {
      metadata: { labels: { name } },
      ...(waitingPod({ name }).spec && { spec: waitingPod({ name }).spec }),
    } as NonNullable<NonNullable<V1ReplicationController['spec']>['template']>,
  },
})

conformance(
  '[sig-apps] ReplicationController should release no longer matching pods [Conformance]',
  async ({ step, core, namespace }) => {
    const name = 'pod-release'
    const podsOf = async (labelSelector: string) =>
      (await core.listNamespacedPod({ namespace, labelSelector })).items
    const pod = await step('create a ReplicationController of one pod', async () => {
      await core.createNamespacedReplicationController({ namespace, body: controllerOf(name, 1) })
      return eventually(async () => {
        const [pod] = await podsOf(`name=${name}`)
        expect(pod?.metadata?.ownerReferences).toMatchObject([
          { kind: 'ReplicationController', name, controller: true },
        ])
        return pod
      })
    })
    await step('change the label of its pod: it is released', async () => {
      const key = { namespace, name: pod?.metadata?.name ?? '' }
      const body = { metadata: { labels: { name: 'not-matching-name' } } }
      await core.patchNamespacedPod({ ...key, body }, mergePatch)
      await eventually(async () => {
        const { metadata } = await core.readNamespacedPod(key)
        expect(metadata?.ownerReferences ?? []).toEqual([])
      })
    })
    await step('another pod takes its place', () =>
      eventually(async () => expect(await podsOf(`name=${name}`)).toHaveLength(1)),
    )
  },
)

conformance(
  '[sig-apps] ReplicationController should surface a failure condition on a common issue like exceeded quota [Conformance]',
  async ({ step, core, namespace }) => {
    const key = { namespace, name: 'condition-test' }
    const failure = async () => {
      const { status } = await core.readNamespacedReplicationController(key)
      return status?.conditions?.find(({ type }) => type === 'ReplicaFailure')
    }
    await step('create a quota of two pods, and a ReplicationController of three', async () => {
      const body = { metadata: { name: key.name }, spec: { hard: { pods: '2' } } }
      await core.createNamespacedResourceQuota({ namespace, body })
      await eventually(async () => {
        const { status } = await core.readNamespacedResourceQuota(key)
        expect(status?.hard?.['pods']).toBe('2')
      })
      await core.createNamespacedReplicationController({
        namespace,
        body: controllerOf(key.name, 3),
      })
    })
    await step('it says that creating pods fails', async () => {
      const condition = await eventually(async () => {
        const found = await failure()
        expect(found).toBeDefined()
        return found
      })
      expect(condition).toMatchObject({ status: 'True', reason: 'FailedCreate' })
      expect(condition?.message).toContain('exceeded quota')
    })
    await step('scale it down to what the quota allows: the condition goes', async () => {
      await eventually(async () => {
        const body = { spec: { replicas: 2 } }
        await core.patchNamespacedReplicationController({ ...key, body }, mergePatch)
        expect(await failure()).toBeUndefined()
      })
    })
  },
)
