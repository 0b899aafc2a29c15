import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '#base/logger.ts'
import {
  configMaps,
  deployments,
  endpointSlices,
  endpoints,
  events,
  namespaces,
  nodes,
  pods,
  replicaSets,
  serviceAccounts,
  services,
} from '#client/resource-types.ts'
import type { Deployment } from '#kubernetes/api/apps-v1.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

let controlled: ControlledCluster
let kubelet: PretendKubelet

beforeAll(async () => {
  controlled = await startControlledCluster(
    process.env['VERBOSE']
      ? {
          logger: createLogger({
            write: line => process.stderr.write(`${line}\n`),
            now: Date.now,
            level: 'debug',
          }),
        }
      : {},
  )
  kubelet = new PretendKubelet(controlled.client)
})

afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]()
  await controlled?.[Symbol.asyncDispose]()
})

const deployment = (name: string, replicas: number, image = 'web:1'): Deployment => ({
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image }] },
    },
  },
})

const podsOf = async (app: string) =>
  (await controlled.client.list(pods, { namespace: 'default', labelSelector: `app=${app}` })).items

test('a namespace gets its default service account and the authority', async () => {
  const { client } = controlled
  await eventually(async () => {
    await client.get(serviceAccounts, { namespace: 'default', name: 'default' })
    const published = await client.get(configMaps, {
      namespace: 'default',
      name: 'kube-root-ca.crt',
    })
    expect(published.data).toEqual({ 'ca.crt': 'test authority' })
  })
})

test('a deployment runs, is replaced when pods vanish, and scales', async () => {
  const { client } = controlled
  await client.create(deployments, deployment('web', 3))
  await eventually(async () => {
    const { status } = await client.get(deployments, { namespace: 'default', name: 'web' })
    expect(status).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3 })
  })
  const before = await podsOf('web')
  const [victim] = before
  await client.delete(pods, victim?.metadata ?? {}, { gracePeriodSeconds: 0 })
  await eventually(async () => {
    const now = await podsOf('web')
    expect(now).toHaveLength(3)
    expect(now.map(({ metadata }) => metadata.name)).not.toContain(victim?.metadata.name)
  })
  await client.patch(
    deployments,
    { namespace: 'default', name: 'web' },
    { spec: { replicas: 1 } },
    { type: 'merge' },
  )
  await eventually(async () => expect(await podsOf('web')).toHaveLength(1))
  const notes = (await client.list(events, { namespace: 'default' })).items
  await eventually(() => {
    const texts = notes.map(({ reason, message }) => `${reason}: ${message}`)
    expect(texts).toContainEqual(
      expect.stringMatching(/^ScalingReplicaSet: Scaled up replica set web-\w+ from 0 to 3$/),
    )
    expect(texts).toContainEqual(
      expect.stringMatching(/^ScalingReplicaSet: Scaled down replica set web-\w+ from 3 to 1$/),
    )
    expect(texts).toContainEqual(
      expect.stringMatching(/^SuccessfulCreate: Created pod: web-\w+-\w+$/),
    )
  })
})

test('a service follows its pods in Endpoints and EndpointSlices', async () => {
  const { client } = controlled
  await client.create(deployments, deployment('api', 2))
  await client.create(services, {
    metadata: { name: 'api', namespace: 'default' },
    spec: { selector: { app: 'api' }, ports: [{ port: 80, targetPort: 8080 }] },
  })
  const slices = async () =>
    (
      await client.list(endpointSlices, {
        namespace: 'default',
        labelSelector: 'kubernetes.io/service-name=api',
      })
    ).items
  await eventually(async () => {
    const [slice, ...more] = await slices()
    expect(more).toEqual([])
    expect(slice?.ports).toEqual([{ name: '', port: 8080, protocol: 'TCP' }])
    expect(slice?.endpoints.map(({ conditions }) => conditions?.ready)).toEqual([true, true])
    const older = await client.get(endpoints, { namespace: 'default', name: 'api' })
    expect(older.subsets?.[0]?.addresses).toHaveLength(2)
  })
  await client.delete(services, { namespace: 'default', name: 'api' })
  await eventually(async () => {
    expect(await slices()).toEqual([])
    await expect(client.get(endpoints, { namespace: 'default', name: 'api' })).rejects.toSatisfy(
      isNotFound,
    )
  })
})

test('endpoints of a service in topology mode are hinted at zones, and tell when they changed', async () => {
  const { client } = controlled
  const zones = ['east', 'west']
  for (const zone of zones) {
    const name = `node-${zone}`
    const labels = { 'topology.kubernetes.io/zone': zone }
    await client.create(nodes, { metadata: { name, labels }, spec: {} })
    const conditions = [{ type: 'Ready', status: 'True' }]
    const status = { allocatable: { cpu: '4' }, capacity: { cpu: '4' }, conditions }
    await client.patch(nodes, { name }, { status }, { type: 'merge', subresource: 'status' })
  }
  await client.create(services, {
    metadata: {
      name: 'zoned',
      namespace: 'default',
      annotations: { 'service.kubernetes.io/topology-mode': 'Auto' },
    },
    spec: { selector: { app: 'zoned' }, ports: [{ port: 80 }] },
  })
  const spec = (zone: string) => ({
    nodeName: `node-${zone}`,
    containers: [{ name: 'web', image: 'web:1' }],
  })
  for (const [index, zone] of [...zones, 'east', 'east'].entries()) {
    const metadata = { name: `zoned-${index}`, namespace: 'default', labels: { app: 'zoned' } }
    await client.create(pods, { metadata, spec: spec(zone) })
  }
  const slice = await eventually(async () => {
    const labelSelector = 'kubernetes.io/service-name=zoned'
    const [found] = (await client.list(endpointSlices, { namespace: 'default', labelSelector }))
      .items
    const hinted = found?.endpoints.map(({ hints }) => hints?.forZones?.[0]?.name)
    expect(hinted?.sort()).toEqual(['east', 'east', 'west', 'west'])
    return found
  })
  const changed = 'endpoints.kubernetes.io/last-change-trigger-time'
  expect(Date.parse(slice?.metadata.annotations?.[changed] ?? '')).toBeGreaterThan(0)
  const older = await client.get(endpoints, { namespace: 'default', name: 'zoned' })
  expect(Date.parse(older.metadata.annotations?.[changed] ?? '')).toBeGreaterThan(0)
  await eventually(async () => {
    const said = (await client.list(events, { namespace: 'default' })).items
    expect(said).toContainEqual(
      expect.objectContaining({
        reason: 'TopologyAwareHintsEnabled',
        message: 'Topology Aware Hints has been enabled, addressType: IPv4',
        source: { component: 'endpoint-slice-controller' },
      }),
    )
  })
  for (const zone of zones) await client.delete(nodes, { name: `node-${zone}` })
})

test('deleting a deployment takes its replica sets and pods along', async () => {
  const { client } = controlled
  await client.create(deployments, deployment('gone', 2))
  await eventually(async () => expect(await podsOf('gone')).toHaveLength(2))
  await client.delete(deployments, { namespace: 'default', name: 'gone' })
  await eventually(async () => {
    const left = await client.list(replicaSets, { namespace: 'default', labelSelector: 'app=gone' })
    expect(left.items).toEqual([])
    expect(await podsOf('gone')).toEqual([])
  })
})

test('deleting a namespace empties it', async () => {
  const { client } = controlled
  await client.create(namespaces, { metadata: { name: 'shop' }, spec: {} })
  await client.create(deployments, {
    ...deployment('cart', 2),
    metadata: { name: 'cart', namespace: 'shop' },
  })
  await eventually(async () =>
    expect((await client.list(pods, { namespace: 'shop' })).items).toHaveLength(2),
  )
  await client.delete(namespaces, { name: 'shop' })
  await eventually(async () =>
    expect(client.get(namespaces, { name: 'shop' })).rejects.toSatisfy(isNotFound),
  )
  expect((await client.list(pods, { namespace: 'shop' })).items).toEqual([])
})
