import { expect, test } from 'vitest'
import {
  endpointSlices,
  pods,
  replicaSets,
  serviceAccounts,
  services,
} from '#client/resource-types.ts'
import { endpointSliceController } from '#control-plane/controllers/endpointslice/endpointslice.ts'
import { replicaSetController } from '#control-plane/controllers/replicaset/replicaset.ts'
import { startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

test('controllers whose informers lag create and delete nothing twice', async () => {
  const only = [replicaSetController, endpointSliceController]
  await using controlled = await startControlledCluster({ only, lagMs: 40 })
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
