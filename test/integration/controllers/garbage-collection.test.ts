import { afterAll, beforeAll, expect, test } from 'vitest'
import { configMaps, events, namespaces, nodes } from '#client/resource-types.ts'
import type { ObjectName } from '#client/rest.ts'
import { garbageCollectorController } from '#control-plane/controllers/garbage-collector/garbage-collector.ts'
import type { ConfigMap } from '#kubernetes/api/core-v1.ts'
import type { OwnerReference } from '#kubernetes/api/meta-v1.ts'
import type { KubernetesObject, Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { http } from '../../support/http.ts'

let controlled: ControlledCluster

beforeAll(async () => {
  controlled = await startControlledCluster({ only: [garbageCollectorController] })
})

afterAll(async () => {
  await controlled?.[Symbol.asyncDispose]()
})

const ownedBy = (owner: Stored<KubernetesObject>, block = false): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  blockOwnerDeletion: block,
})

const create = (
  name: string,
  ownerReferences: OwnerReference[] = [],
  more: Partial<ConfigMap['metadata']> = {},
) =>
  controlled.client.create(configMaps, {
    metadata: { name, namespace: 'default', ownerReferences, ...more },
  })

async function exists(name: ObjectName): Promise<boolean> {
  try {
    await controlled.client.get(configMaps, name)
    return true
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

const gone = (name: ObjectName) => eventually(async () => expect(await exists(name)).toBe(false))

/** Passes when a later, independent collection has happened: what was to go along would be gone as well. */
async function afterAnotherCollection(): Promise<void> {
  const owner = await create('marker-owner')
  const dependent = await create('marker', [ownedBy(owner)])
  await controlled.client.delete(configMaps, owner.metadata)
  await gone(dependent.metadata)
}

test('background: dependents of dependents go after the owner', async () => {
  const owner = await create('owner')
  const child = await create('child', [ownedBy(owner)])
  const grandchild = await create('grandchild', [ownedBy(child)])
  await controlled.client.delete(configMaps, owner.metadata)
  await gone(child.metadata)
  await gone(grandchild.metadata)
})

test('a dependent with one living owner stays and loses the reference to the dead one', async () => {
  const [first, second] = await Promise.all([create('first'), create('second')])
  const shared = await create('shared', [ownedBy(first), ownedBy(second)])
  await controlled.client.delete(configMaps, first.metadata)
  await eventually(async () => {
    const now = await controlled.client.get(configMaps, shared.metadata)
    expect(now.metadata.ownerReferences?.map(({ uid }) => uid)).toEqual([second.metadata.uid])
  })
})

test('foreground: the owner goes only after the dependents that block it', async () => {
  const owner = await create('fore')
  const blocking = await create('blocking', [ownedBy(owner, true)], {
    finalizers: ['example.com/hold'],
  })
  await controlled.client.delete(configMaps, owner.metadata, { propagationPolicy: 'Foreground' })
  await eventually(async () => {
    const now = await controlled.client.get(configMaps, blocking.metadata)
    expect(now.metadata.deletionTimestamp).toBeDefined()
  })
  await afterAnotherCollection()
  expect(await exists(owner.metadata)).toBe(true)
  const free = { metadata: { finalizers: null } }
  await controlled.client.patch(configMaps, blocking.metadata, free, { type: 'merge' })
  await gone(blocking.metadata)
  await gone(owner.metadata)
})

test('orphan: dependents stay and forget their owner', async () => {
  const owner = await create('orphaning')
  const child = await create('orphan', [ownedBy(owner)])
  await controlled.client.delete(configMaps, owner.metadata, { propagationPolicy: 'Orphan' })
  await gone(owner.metadata)
  await afterAnotherCollection()
  const now = await controlled.client.get(configMaps, child.metadata)
  expect(now.metadata.ownerReferences ?? []).toEqual([])
})

test('a bare delete that says two policies takes the first', async () => {
  const { client, cluster } = controlled
  const owner = await create('twofold')
  const child = await create('spared', [ownedBy(owner)])
  const target = '/api/v1/namespaces/default/configmaps/twofold'
  const query = 'propagationPolicy=Orphan&propagationPolicy=Background'
  expect((await http(cluster.controlPlane, 'DELETE', `${target}?${query}`)).status).toBe(200)
  await gone(owner.metadata)
  const now = await client.get(configMaps, child.metadata)
  expect(now.metadata.ownerReferences ?? []).toEqual([])
})

test('a reference to an owner that never was, or has another uid, counts as dead', async () => {
  const owner = await create('real')
  const never = await create('of-none', [{ ...ownedBy(owner), name: 'none', uid: 'no-such-uid' }])
  const impostor = await create('of-other', [{ ...ownedBy(owner), uid: 'another-uid' }])
  await gone(never.metadata)
  await gone(impostor.metadata)
  expect(await exists(owner.metadata)).toBe(true)
})

test('an owner in another namespace counts as absent, and an event says so', async () => {
  const { client } = controlled
  await client.create(namespaces, { metadata: { name: 'elsewhere' }, spec: {} })
  const owner = await client.create(configMaps, {
    metadata: { name: 'far', namespace: 'elsewhere' },
  })
  const child = await create('stray', [ownedBy(owner)])
  await gone(child.metadata)
  await eventually(async () => {
    const notes = (await client.list(events, { namespace: 'default' })).items
    expect(notes.map(({ reason }) => reason)).toContain('OwnerRefInvalidNamespace')
  })
  expect(await exists(owner.metadata)).toBe(true)
})

test('a cluster-wide object that names a namespaced owner is left alone', async () => {
  const { client } = controlled
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'none', uid: 'unknown-uid' }
  await client.create(nodes, { metadata: { name: 'kept', ownerReferences: [owner] }, spec: {} })
  await afterAnotherCollection()
  await client.get(nodes, { name: 'kept' })
})

test('a kind that is not served keeps its dependents', async () => {
  const owner = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: 'widget-uid' }
  const child = await create('of-widget', [owner])
  await afterAnotherCollection()
  expect(await exists(child.metadata)).toBe(true)
})

test('owners in a circle go together when one is deleted in the foreground', async () => {
  const { client } = controlled
  const a = await create('circle-a')
  const b = await create('circle-b', [ownedBy(a, true)])
  const patch = { metadata: { ownerReferences: [ownedBy(b, true)] } }
  await client.patch(configMaps, a.metadata, patch, { type: 'merge' })
  await client.delete(configMaps, a.metadata, { propagationPolicy: 'Foreground' })
  await gone(a.metadata)
  await gone(b.metadata)
})

test('what lost its owner while nothing ran is collected after a restart', async () => {
  const owner = await create('before')
  const child = await create('after', [ownedBy(owner)])
  await controlled.restart(() => controlled.client.delete(configMaps, owner.metadata))
  await gone(child.metadata)
})
