import { afterAll, beforeAll, expect, test } from 'vitest'
import { endpointSlices, endpoints, events, services } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { endpointSliceMirroringController } from '#control-plane/controllers/endpointslice-mirroring/endpointslice-mirroring.ts'
import type { EndpointSubset, Endpoints } from '#kubernetes/api/core-v1.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

const namespace = 'default'
let controlled: ControlledCluster
let client: Client

beforeAll(async () => {
  controlled = await startControlledCluster({ only: [endpointSliceMirroringController] })
  client = controlled.client
})

afterAll(async () => {
  await controlled?.[Symbol.asyncDispose]()
})

const service = (name: string, selector?: Record<string, string>) =>
  client.create(services, {
    metadata: { name, namespace },
    spec: { ports: [{ name: 'db', port: 5432 }], ...(selector ? { selector } : {}) },
  })
const write = (
  name: string,
  subsets: EndpointSubset[],
  more: Partial<Endpoints['metadata']> = {},
) => client.create(endpoints, { metadata: { name, namespace, ...more }, subsets })
const slicesOf = async (name: string) =>
  (
    await client.list(endpointSlices, {
      namespace,
      labelSelector: `kubernetes.io/service-name=${name}`,
    })
  ).items
const ports = [{ name: 'db', port: 5432, protocol: 'TCP' as const }]

test('Endpoints of a service without selector are mirrored, changed and removed with it', async () => {
  await service('outside')
  const written = await write(
    'outside',
    [{ addresses: [{ ip: '10.1.2.3' }], notReadyAddresses: [{ ip: '10.1.2.4' }], ports }],
    { labels: { team: 'blue' } },
  )
  const [slice] = await eventually(async () => {
    const found = await slicesOf('outside')
    expect(found).toHaveLength(1)
    return found
  })
  expect(slice).toMatchObject({
    addressType: 'IPv4',
    ports,
    endpoints: [
      { addresses: ['10.1.2.3'], conditions: { ready: true } },
      { addresses: ['10.1.2.4'], conditions: { ready: false } },
    ],
    metadata: {
      labels: {
        team: 'blue',
        'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
      },
      ownerReferences: [{ kind: 'Endpoints', name: 'outside', uid: written.metadata.uid }],
    },
  })
  await client.update(endpoints, {
    ...written,
    subsets: [{ addresses: [{ ip: '10.9.9.9' }, { ip: 'fd00::9' }], ports }],
  })
  await eventually(async () => {
    const found = await slicesOf('outside')
    const addresses = found.map(({ addressType, endpoints }) => [
      addressType,
      endpoints.flatMap(one => one.addresses),
    ])
    expect(addresses.sort()).toEqual([
      ['IPv4', ['10.9.9.9']],
      ['IPv6', ['fd00::9']],
    ])
  })
  await client.delete(endpoints, written.metadata)
  await eventually(async () => expect(await slicesOf('outside')).toEqual([]))
})

test('Endpoints of a service with selector, without service, or that ask for it are left alone', async () => {
  const subsets = [{ addresses: [{ ip: '10.1.2.3' }], ports }]
  await service('selecting', { app: 'web' })
  await write('selecting', subsets)
  await write('alone', subsets)
  await service('skipped')
  await write('skipped', subsets, { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } })
  await service('leader')
  await write('leader', subsets, {
    annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' },
  })
  await service('last')
  await write('last', subsets)
  await eventually(async () => expect(await slicesOf('last')).toHaveLength(1))
  for (const name of ['selecting', 'alone', 'skipped', 'leader']) {
    expect(await slicesOf(name), name).toEqual([])
  }
  await service('alone')
  await eventually(async () => expect(await slicesOf('alone')).toHaveLength(1))
})

test('more than a thousand addresses of a subset are left out, and it is said', async () => {
  await service('many')
  const addresses = Array.from({ length: 1002 }, (_, index) => ({
    ip: `10.2.${index >> 8}.${index & 255}`,
  }))
  await write('many', [{ addresses, ports }])
  await eventually(async () => {
    const [slice] = await slicesOf('many')
    expect(slice?.endpoints).toHaveLength(1000)
  })
  await eventually(async () => {
    const { items } = await client.list(events, { namespace })
    expect(items.map(({ message }) => message)).toContain(
      'A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 2 addresses were skipped',
    )
  })
})
