import { expect, test } from 'vitest'
import {
  endpointSlices,
  pods,
  replicaSets,
  serviceAccounts,
  services,
} from '#client/resource-types.ts'
import { endpointSliceController } from '#control-plane/controllers/endpointslice/endpointslice.ts'
import { replicaSetController } from '#control-plane/controllers/replicaset.ts'
import { startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

test('controllers whose informers lag create and delete nothing twice', async () => {
  const only = [replicaSetController, endpointSliceController]
  await using controlled = await startControlledCluster({ only, lag: { ms: 40 } })
  const { client } = controlled
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } })
  await using _kubelet = new PretendKubelet(client)
  await client.create(services, {
    metadata: { name: 'many', namespace: 'default' },
    spec: { selector: { app: 'many' }, ports: [{ port: 80 }] },
  })
  const name = { name: 'many', namespace: 'default' }
  await client.create(replicaSets, {
    metadata: name,
    spec: {
      replicas: 6,
      selector: { matchLabels: { app: 'many' } },
      template: {
        metadata: { labels: { app: 'many' } },
        spec: { containers: [{ name: 'web', image: 'web:1' }] },
      },
    },
  })
  let most = 0
  const count = async () => {
    const { items } = await client.list(pods, { namespace: 'default' })
    most = Math.max(most, items.length)
    return items.length
  }
  const ready = async (wanted: number) => {
    await count()
    const { status } = await client.get(replicaSets, name)
    expect(status).toMatchObject({ replicas: wanted, readyReplicas: wanted })
  }
  await eventually(() => ready(6))
  expect(most).toBe(6)
  await client.patch(replicaSets, name, { spec: { replicas: 3 } }, { type: 'merge' })
  let least = 6
  await eventually(async () => {
    least = Math.min(least, await count())
    await ready(3)
  })
  expect(least).toBe(3)
  await eventually(async () => {
    const { items } = await client.list(endpointSlices, {
      namespace: 'default',
      labelSelector: 'kubernetes.io/service-name=many',
    })
    expect(items.map(({ endpoints }) => endpoints.length)).toEqual([3])
  })
})

test('a service whose slices are seen late gets no slice twice', async () => {
  const lag = { ms: 150, path: /endpointslices/ }
  const only = [replicaSetController, endpointSliceController]
  await using controlled = await startControlledCluster({ only, lag })
  const { client } = controlled
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } })
  await using _kubelet = new PretendKubelet(client)
  await client.create(services, {
    metadata: { name: 'late', namespace: 'default' },
    spec: { selector: { app: 'late' }, ports: [{ port: 80 }] },
  })
  let most = 0
  const slices = async () => {
    const { items } = await client.list(endpointSlices, {
      namespace: 'default',
      labelSelector: 'kubernetes.io/service-name=late',
    })
    most = Math.max(most, items.length)
    return items
  }
  await eventually(async () => expect(await slices()).toHaveLength(1), { everyMs: 1 })
  for (let index = 0; index < 5; index++) {
    await client.create(pods, {
      metadata: { name: `late-${index}`, namespace: 'default', labels: { app: 'late' } },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    })
  }
  await eventually(async () => {
    const [slice] = await slices()
    expect(slice?.endpoints).toHaveLength(5)
  })
  expect(most).toBe(1)
})
