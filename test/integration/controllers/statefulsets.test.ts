import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  controllerRevisions,
  events,
  persistentVolumeClaims,
  pods,
  serviceAccounts,
  statefulSets,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { statefulSetController } from '#control-plane/controllers/statefulset/statefulset.ts'
import type { StatefulSet } from '#kubernetes/api/apps-v1.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

let controlled: ControlledCluster
let client: Client
let kubelet: PretendKubelet

beforeEach(async () => {
  controlled = await startControlledCluster({ only: [statefulSetController] })
  client = controlled.client
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } })
  kubelet = new PretendKubelet(client)
})

afterEach(async () => {
  await kubelet?.[Symbol.asyncDispose]()
  await controlled?.[Symbol.asyncDispose]()
})

const named = { name: 'db', namespace: 'default' }
const start = (change: (set: StatefulSet) => void = () => {}) => {
  const set: StatefulSet = {
    metadata: named,
    spec: {
      serviceName: 'db',
      replicas: 3,
      selector: { matchLabels: { app: 'db' } },
      template: {
        metadata: { labels: { app: 'db' } },
        spec: { containers: [{ name: 'db', image: 'db:1' }] },
      },
    },
  }
  change(set)
  return client.create(statefulSets, set)
}
const podsOf = async () => (await client.list(pods, { namespace: 'default' })).items
const names = async () => (await podsOf()).map(({ metadata }) => metadata.name).sort()
const images = async () =>
  Object.fromEntries(
    (await podsOf()).map(({ metadata, spec }) => [metadata.name, spec?.containers[0]?.image]),
  )
const until = (check: (set: StatefulSet) => void) =>
  eventually(async () => check(await client.get(statefulSets, named)))
const patch = (spec: unknown) => client.patch(statefulSets, named, { spec }, { type: 'strategic' })
const setImage = (image: string) =>
  patch({ template: { spec: { containers: [{ name: 'db', image }] } } })
const allReady = (count = 3) =>
  until(({ status }) =>
    expect(status).toMatchObject({
      replicas: count,
      readyReplicas: count,
      availableReplicas: count,
    }),
  )
const settled = () => new Promise(resolve => setTimeout(resolve, 200))
const claims = async () =>
  (await client.list(persistentVolumeClaims, { namespace: 'default' })).items
const withClaim = ({ spec }: StatefulSet) => {
  spec.volumeClaimTemplates = [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ]
}

test('pods come one after the other, with names and labels of their own', async () => {
  kubelet.isReady = ({ metadata }) => metadata.name === 'db-0'
  await start()
  await eventually(async () => expect(await names()).toEqual(['db-0', 'db-1']))
  await settled()
  expect(await names()).toEqual(['db-0', 'db-1'])
  kubelet.isReady = () => true
  await kubelet.look()
  await allReady()
  const pod = await client.get(pods, { name: 'db-2', namespace: 'default' })
  expect(pod.spec).toMatchObject({ hostname: 'db-2', subdomain: 'db' })
  const { status } = await client.get(statefulSets, named)
  expect(pod.metadata.labels).toMatchObject({
    'statefulset.kubernetes.io/pod-name': 'db-2',
    'apps.kubernetes.io/pod-index': '2',
    'controller-revision-hash': status?.updateRevision,
  })
  expect(status).toMatchObject({ currentReplicas: 3, updatedReplicas: 3, collisionCount: 0 })
  expect(status?.currentRevision).toBe(status?.updateRevision)
  await eventually(async () => {
    const { items } = await client.list(events, { namespace: 'default' })
    expect(items.map(({ message }) => message)).toContain(
      'create Pod db-0 in StatefulSet db successful',
    )
  })
})

test('Parallel starts and ends all at once', async () => {
  kubelet.isReady = () => false
  await start(({ spec }) => {
    spec.podManagementPolicy = 'Parallel'
  })
  await eventually(async () => expect(await names()).toEqual(['db-0', 'db-1', 'db-2']))
  await patch({ replicas: 0 })
  await eventually(async () => expect(await names()).toEqual([]))
})

test('scaling down goes from the end, ordinals may start elsewhere', async () => {
  await start(({ spec }) => {
    spec.ordinals = { start: 5 }
  })
  await allReady()
  expect(await names()).toEqual(['db-5', 'db-6', 'db-7'])
  await patch({ replicas: 1 })
  await eventually(async () => expect(await names()).toEqual(['db-5']))
})

test('scaling down halts while several pods are unhealthy, and goes on with the first of them', async () => {
  await start()
  await allReady()
  kubelet.isReady = () => false
  await kubelet.look()
  await until(({ status }) => expect(status?.readyReplicas ?? 0).toBe(0))
  await patch({ replicas: 0 })
  await until(({ status }) => expect(status?.observedGeneration).toBe(2))
  await settled()
  expect(await names()).toEqual(['db-0', 'db-1', 'db-2'])
  kubelet.isReady = ({ metadata }) => metadata.name !== 'db-0'
  await kubelet.look()
  await eventually(async () => expect(await names()).toEqual([]))
})

test('a pod that vanishes comes back under its name', async () => {
  await start()
  await allReady()
  const old = await client.get(pods, { name: 'db-1', namespace: 'default' })
  await client.delete(pods, old.metadata)
  await eventually(async () => {
    const pod = await client.get(pods, { name: 'db-1', namespace: 'default' })
    expect(pod.metadata.uid).not.toBe(old.metadata.uid)
  })
  await allReady()
})

test('a pod that ended is made anew', async () => {
  await start(({ spec }) => {
    spec.replicas = 1
  })
  await allReady(1)
  const old = await client.get(pods, { name: 'db-0', namespace: 'default' })
  kubelet.endOf = ({ metadata }) =>
    metadata.uid === old.metadata.uid ? { exitCode: 1 } : undefined
  await kubelet.look()
  await eventually(async () => {
    const pod = await client.get(pods, { name: 'db-0', namespace: 'default' })
    expect(pod.metadata.uid).not.toBe(old.metadata.uid)
  })
})

test('an update goes from the end and stops at an unhealthy pod', async () => {
  await start()
  await allReady()
  kubelet.isReady = ({ metadata, spec }) =>
    spec?.containers[0]?.image === 'db:1' || metadata.name === 'db-2'
  await setImage('db:2')
  await eventually(async () =>
    expect(await images()).toEqual({ 'db-0': 'db:1', 'db-1': 'db:2', 'db-2': 'db:2' }),
  )
  await settled()
  expect((await images())['db-0']).toBe('db:1')
  kubelet.isReady = () => true
  await kubelet.look()
  await until(({ status }) => {
    expect(status).toMatchObject({ updatedReplicas: 3, readyReplicas: 3, currentReplicas: 3 })
    expect(status?.currentRevision).toBe(status?.updateRevision)
  })
  const { items } = await client.list(controllerRevisions, { namespace: 'default' })
  expect(items.map(({ revision }) => revision).sort()).toEqual([1, 2])
})

test('a partition keeps the pods below it, even when they come back', async () => {
  await start()
  await allReady()
  await patch({ updateStrategy: { rollingUpdate: { partition: 2 } } })
  await setImage('db:2')
  await eventually(async () =>
    expect(await images()).toEqual({ 'db-0': 'db:1', 'db-1': 'db:1', 'db-2': 'db:2' }),
  )
  await allReady()
  const old = await client.get(pods, { name: 'db-0', namespace: 'default' })
  await client.delete(pods, old.metadata)
  await eventually(async () => {
    const pod = await client.get(pods, { name: 'db-0', namespace: 'default' })
    expect(pod.metadata.uid).not.toBe(old.metadata.uid)
    expect(pod.spec?.containers[0]?.image).toBe('db:1')
  })
})

test('OnDelete waits for someone to delete the pods', async () => {
  await start(({ spec }) => {
    spec.updateStrategy = { type: 'OnDelete' }
  })
  await allReady()
  await setImage('db:2')
  await settled()
  expect(Object.values(await images())).toEqual(['db:1', 'db:1', 'db:1'])
  await client.delete(pods, { name: 'db-1', namespace: 'default' })
  await eventually(async () => expect((await images())['db-1']).toBe('db:2'))
})

test('each pod has claims of its own, which stay by default', async () => {
  await start(withClaim)
  await allReady()
  expect((await claims()).map(({ metadata }) => metadata.name).sort()).toEqual([
    'data-db-0',
    'data-db-1',
    'data-db-2',
  ])
  const [claim] = await claims()
  expect(claim?.metadata.labels).toEqual({ app: 'db' })
  expect(claim?.metadata.ownerReferences).toBeUndefined()
  const pod = await client.get(pods, { name: 'db-0', namespace: 'default' })
  expect(pod.spec?.volumes?.[0]).toEqual({
    name: 'data',
    persistentVolumeClaim: { claimName: 'data-db-0' },
  })
  await patch({ replicas: 1 })
  await eventually(async () => expect(await names()).toEqual(['db-0']))
  expect(await claims()).toHaveLength(3)
})

test('a claim that goes once its pod does keeps the set from nothing meanwhile', async () => {
  await start(set => {
    withClaim(set)
    set.spec.replicas = 1
  })
  await allReady(1)
  const name = { name: 'data-db-0', namespace: 'default' }
  const finalizers = ['kubernetes.io/pvc-protection']
  await client.patch(persistentVolumeClaims, name, { metadata: { finalizers } }, { type: 'merge' })
  await client.delete(persistentVolumeClaims, name)
  await patch({ replicas: 2 })
  await allReady(2)
  expect(await names()).toEqual(['db-0', 'db-1'])
})

test('claims belong to the set, or to the pods that are scaled away, as the policy says', async () => {
  await start(set => {
    withClaim(set)
    set.spec.persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Delete', whenScaled: 'Delete' }
  })
  await allReady()
  for (const { metadata } of await claims()) {
    expect(metadata.ownerReferences).toMatchObject([
      { kind: 'StatefulSet', name: 'db', controller: true, blockOwnerDeletion: true },
    ])
  }
  await patch({ replicas: 2 })
  await eventually(async () => {
    const claim = await client.get(persistentVolumeClaims, {
      name: 'data-db-2',
      namespace: 'default',
    })
    expect(claim.metadata.ownerReferences).toMatchObject([
      { kind: 'Pod', name: 'db-2', controller: true, blockOwnerDeletion: true },
    ])
  })
})

test('a claim that another controller manages is left to it, and the set goes on', async () => {
  const other = {
    apiVersion: 'example.com/v1',
    kind: 'Backup',
    name: 'other',
    uid: '5e7c4a52-0a1d-4a9f-8d5b-0a5fdb0a6a11',
    controller: true,
  }
  await start(set => {
    withClaim(set)
    set.spec.replicas = 1
  })
  await allReady(1)
  const name = { name: 'data-db-0', namespace: 'default' }
  const metadata = { ownerReferences: [other] }
  await client.patch(persistentVolumeClaims, name, { metadata }, { type: 'merge' })
  await patch({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' }, replicas: 2 })
  await allReady(2)
  const owners = async () =>
    (await client.get(persistentVolumeClaims, name)).metadata.ownerReferences
  expect(await owners()).toEqual([other])
  const { uid } = (await client.get(statefulSets, named)).metadata
  const own = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid }
  const both = { ownerReferences: [other, own] }
  await client.patch(persistentVolumeClaims, name, { metadata: both }, { type: 'merge' })
  await patch({ replicas: 3 })
  await eventually(async () => expect(await owners()).toEqual([other]))
  await eventually(async () => {
    const { items } = await client.list(events, { namespace: 'default' })
    expect(items.map(({ reason }) => reason)).toContain('ConflictingController')
  })
})
