import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  clusterRoles,
  configMaps,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  serviceAccounts,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { clusterRoleAggregationController } from '#control-plane/controllers/clusterrole-aggregation.ts'
import { persistentVolumeProtection } from '#control-plane/controllers/persistentvolume-protection.ts'
import { persistentVolumeClaimProtection } from '#control-plane/controllers/persistentvolumeclaim-protection.ts'
import { rootCaCertificatePublisher } from '#control-plane/controllers/root-ca-certificate-publisher.ts'
import { serviceAccountController } from '#control-plane/controllers/serviceaccount.ts'
import { ttlController } from '#control-plane/controllers/ttl.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

let controlled: ControlledCluster
let client: Client

beforeAll(async () => {
  const only = [
    clusterRoleAggregationController,
    persistentVolumeProtection,
    persistentVolumeClaimProtection,
    rootCaCertificatePublisher,
    serviceAccountController,
    ttlController,
  ]
  controlled = await startControlledCluster({ only })
  client = controlled.client
})
afterAll(() => controlled?.[Symbol.asyncDispose]())

test('a namespace keeps its default service account and the authority, whoever takes them away', async () => {
  const namespace = 'kept'
  await client.create(namespaces, { metadata: { name: namespace }, spec: {} })
  const account = { namespace, name: 'default' }
  const authority = { namespace, name: 'kube-root-ca.crt' }
  const both = () =>
    eventually(async () => {
      const { metadata } = await client.get(serviceAccounts, account)
      const { data } = await client.get(configMaps, authority)
      expect(data).toEqual({ 'ca.crt': 'test authority' })
      return metadata.uid
    })
  const first = await both()
  await client.delete(serviceAccounts, account)
  await client.delete(configMaps, authority)
  expect(await both()).not.toBe(first)
  const data = { 'ca.crt': 'forged', more: 'x' }
  await client.patch(configMaps, authority, { data }, { type: 'merge' })
  await both()
})

test('a role gathers the rules of the roles that it selects, and drops them again', async () => {
  const rule = (resource: string) => ({ apiGroups: [''], resources: [resource], verbs: ['get'] })
  const part = (name: string, resource: string) =>
    client.create(clusterRoles, {
      metadata: { name, labels: { 'to-all': 'true' } },
      rules: [rule(resource)],
    })
  await client.create(clusterRoles, {
    metadata: { name: 'all', labels: { 'to-all': 'true' } },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'to-all': 'true' } }] },
    rules: [],
  })
  await part('part-b', 'secrets')
  await part('part-a', 'pods')
  await part('part-c', 'pods')
  const rules = (wanted: object[]) =>
    eventually(async () =>
      expect((await client.get(clusterRoles, { name: 'all' })).rules ?? []).toEqual(wanted),
    )
  await rules([rule('pods'), rule('secrets')])
  await client.patch(
    clusterRoles,
    { name: 'part-b' },
    { metadata: { labels: { 'to-all': null } } },
    { type: 'merge' },
  )
  await rules([rule('pods')])
})

test('a claim stays while a pod has it, a volume while it is bound', async () => {
  const namespace = 'default'
  const spec = {
    accessModes: ['ReadWriteOnce' as const],
    resources: { requests: { storage: '1Gi' } },
    storageClassName: '',
  }
  const claim = { namespace, name: 'data' }
  await eventually(() => client.get(serviceAccounts, { namespace, name: 'default' }))
  await client.create(persistentVolumeClaims, { metadata: claim, spec })
  await client.create(pods, {
    metadata: { namespace, name: 'user' },
    spec: {
      nodeName: 'n1',
      containers: [{ name: 'main', image: 'x' }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    },
  })
  await client.delete(persistentVolumeClaims, claim)
  for (const [name, phase] of [
    ['bound', 'Bound'],
    ['free', 'Available'],
  ] as const) {
    const volume = await client.create(persistentVolumes, {
      metadata: { name },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/data' },
      },
    })
    await client.updateStatus(persistentVolumes, { ...volume, status: { phase } })
    await client.delete(persistentVolumes, { name })
  }
  const gone = (request: () => Promise<unknown>) =>
    eventually(() => expect(request()).rejects.toSatisfy(isNotFound))
  await gone(() => client.get(persistentVolumes, { name: 'free' }))
  const held = await client.get(persistentVolumeClaims, claim)
  expect(held.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection'])
  const volume = await client.get(persistentVolumes, { name: 'bound' })
  expect(volume.metadata.finalizers).toEqual(['kubernetes.io/pv-protection'])
  await client.delete(pods, { namespace, name: 'user' }, { gracePeriodSeconds: 0 })
  await gone(() => client.get(persistentVolumeClaims, claim))
  await client.updateStatus(persistentVolumes, { ...volume, status: { phase: 'Released' } })
  await gone(() => client.get(persistentVolumes, { name: 'bound' }))
})

test('nodes are told how long they may keep what they read, the longer the more there are', async () => {
  const ttl = async (name: string) =>
    (await client.get(nodes, { name })).metadata.annotations?.['node.alpha.kubernetes.io/ttl']
  await client.create(nodes, { metadata: { name: 'first' }, spec: {} })
  await eventually(async () => expect(await ttl('first')).toBe('0'))
  const more = Array.from({ length: 100 }, (_, index) => `more-${index}`)
  await Promise.all(more.map(name => client.create(nodes, { metadata: { name }, spec: {} })))
  await eventually(async () => expect(await ttl('first')).toBe('15'))
  await eventually(async () => expect(await ttl('more-99')).toBe('15'))
  await client.delete(nodes, { name: 'more-0' })
  await eventually(async () => expect(await ttl('first')).toBe('0'))
})
