import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  pods,
  replicationControllers,
  resourceQuotas,
  serviceAccounts,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { replicationControllerController } from '#control-plane/controllers/replicationcontroller.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

const namespace = 'default'
let controlled: ControlledCluster
let client: Client
let kubelet: PretendKubelet

beforeAll(async () => {
  controlled = await startControlledCluster({ only: [replicationControllerController] })
  client = controlled.client
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace } })
  kubelet = new PretendKubelet(client)
})

afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]()
  await controlled?.[Symbol.asyncDispose]()
})

const start = (name: string, replicas: number) =>
  client.create(replicationControllers, {
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { app: name },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: 'web' }] },
      },
    },
  })
const podsOf = async (app: string) =>
  (await client.list(pods, { namespace, labelSelector: `app=${app}` })).items
const read = (name: string) => client.get(replicationControllers, { namespace, name })

test('a replication controller keeps its number of pods, through kubectl’s scale too', async () => {
  await start('steady', 2)
  await eventually(async () =>
    expect((await read('steady')).status).toEqual({
      replicas: 2,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      observedGeneration: 1,
    }),
  )
  const [pod] = await podsOf('steady')
  expect(pod?.metadata.ownerReferences).toMatchObject([
    { apiVersion: 'v1', kind: 'ReplicationController', name: 'steady', controller: true },
  ])
  await client.patch(
    replicationControllers,
    { namespace, name: 'steady' },
    { spec: { replicas: 1 } },
    { type: 'merge', subresource: 'scale' },
  )
  await eventually(async () => {
    expect(await podsOf('steady')).toHaveLength(1)
    expect((await read('steady')).status?.replicas).toBe(1)
  })
})

test('a pod on its way out is replaced before it is gone', async () => {
  await start('lingering', 1)
  const [first] = await eventually(async () => {
    expect((await read('lingering')).status?.readyReplicas).toBe(1)
    return podsOf('lingering')
  })
  kubelet.mayGo = () => false
  await client.delete(pods, first?.metadata ?? {})
  await eventually(async () => {
    expect(await podsOf('lingering')).toHaveLength(2)
    expect((await read('lingering')).status).toMatchObject({ replicas: 1, readyReplicas: 1 })
  })
  kubelet.mayGo = () => true
  await kubelet.look()
  await eventually(async () => expect(await podsOf('lingering')).toHaveLength(1))
})

test('it takes in orphans and lets go what no longer matches', async () => {
  const spec = { containers: [{ name: 'main', image: 'web' }] }
  const orphan = { name: 'orphan', namespace, labels: { app: 'gather' } }
  await client.create(pods, { metadata: orphan, spec })
  await start('gather', 1)
  await eventually(async () => {
    const [only, ...more] = await podsOf('gather')
    expect(more).toEqual([])
    expect(only?.metadata).toMatchObject({ name: 'orphan', ownerReferences: [{ name: 'gather' }] })
  })
  const labels = { app: 'released' }
  await client.patch(pods, orphan, { metadata: { labels } }, { type: 'merge' })
  await eventually(async () => {
    const [released] = await podsOf('released')
    expect(released?.metadata.ownerReferences ?? []).toEqual([])
    expect(await podsOf('gather')).toHaveLength(1)
  })
})

test('it says when a quota keeps it from its pods, and takes that back', async () => {
  const quota = { name: 'two', namespace }
  await client.create(resourceQuotas, { metadata: quota, spec: { hard: { pods: '0' } } })
  await client.updateStatus(resourceQuotas, {
    ...(await client.get(resourceQuotas, quota)),
    status: { hard: { pods: '0' }, used: { pods: '0' } },
  })
  await start('bounded', 1)
  await eventually(async () =>
    expect((await read('bounded')).status?.conditions).toMatchObject([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' },
    ]),
  )
  await client.delete(resourceQuotas, quota)
  await eventually(async () => {
    const { status } = await read('bounded')
    expect(status?.conditions ?? []).toEqual([])
    expect(status?.replicas).toBe(1)
  })
})
