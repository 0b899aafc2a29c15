import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  events,
  pods,
  resourceClaims,
  resourceClaimTemplates,
  serviceAccounts,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { resourceClaimController } from '#control-plane/controllers/resourceclaim/resourceclaim.ts'
import type { Pod, PodResourceClaim } from '#kubernetes/api/core-v1.ts'
import type { ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

const namespace = 'default'
const finalizer = 'resource.kubernetes.io/delete-protection'
const spec = {
  devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpus' } }] },
}
let controlled: ControlledCluster
let client: Client

beforeAll(async () => {
  controlled = await startControlledCluster({ only: [resourceClaimController] })
  client = controlled.client
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace } })
})

afterAll(async () => {
  await controlled?.[Symbol.asyncDispose]()
})

const podWith = (name: string, claims: PodResourceClaim[], more: { nodeName?: string } = {}) =>
  client.create(pods, {
    metadata: { name, namespace },
    spec: {
      containers: [{ name: 'main', image: 'web' }],
      resourceClaims: claims,
      ...more,
    },
  })
const template = (name: string) =>
  client.create(resourceClaimTemplates, {
    metadata: { name, namespace },
    spec: { metadata: { labels: { of: name }, annotations: { note: 'kept' } }, spec },
  })
const claims = async () => (await client.list(resourceClaims, { namespace })).items
const claimsOf = async (pod: string) =>
  (await claims()).filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === pod)
const ended = (name: string) =>
  client.patch(
    pods,
    { namespace, name },
    { status: { phase: 'Succeeded' } },
    {
      type: 'merge',
      subresource: 'status',
    },
  )

/** A claim that the scheduler gave a device to, for these pods. */
async function allocated(
  name: string,
  ...consumers: Stored<Pod>[]
): Promise<Stored<ResourceClaim>> {
  const claim = await client.create(resourceClaims, {
    metadata: { name, namespace, finalizers: [finalizer] },
    spec,
  })
  const result = { request: 'gpu', driver: 'gpu.example.com', pool: 'node-1', device: 'gpu-0' }
  return client.updateStatus(resourceClaims, {
    ...claim,
    status: {
      allocation: { devices: { results: [result] } },
      reservedFor: consumers.map(({ metadata }) => ({
        resource: 'pods',
        name: metadata.name,
        uid: metadata.uid,
      })),
    },
  })
}

test('a pod gets the claims that it asks for by template, and they go when it ends', async () => {
  await template('gpu')
  const pod = await podWith('asking', [
    { name: 'first', resourceClaimTemplateName: 'gpu' },
    { name: 'second', resourceClaimTemplateName: 'gpu' },
  ])
  const statuses = await eventually(async () => {
    const { status } = await client.get(pods, { namespace, name: 'asking' })
    expect(status?.resourceClaimStatuses).toHaveLength(2)
    return status?.resourceClaimStatuses ?? []
  })
  expect(statuses.map(({ name }) => name)).toEqual(['first', 'second'])
  const made = await claimsOf('asking')
  expect(made).toHaveLength(2)
  const first = made.find(({ metadata }) => metadata.name === statuses[0]?.resourceClaimName)
  expect(first?.metadata.name).toMatch(/^asking-first-[a-z0-9]{5}$/)
  expect(first).toMatchObject({
    metadata: {
      labels: { of: 'gpu' },
      annotations: { note: 'kept', 'resource.kubernetes.io/pod-claim-name': 'first' },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          name: 'asking',
          uid: pod.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpus' } }] } },
  })
  await ended('asking')
  await eventually(async () => expect(await claimsOf('asking')).toEqual([]))
})

test('a pod is told that its template is missing, and served when it is there', async () => {
  await podWith('early', [{ name: 'gpu', resourceClaimTemplateName: 'late' }])
  await eventually(async () => {
    const { items } = await client.list(events, { namespace })
    expect(items.map(({ reason, message }) => `${reason}: ${message}`)).toContain(
      'FailedResourceClaimCreation: PodResourceClaim gpu: resource claim template "late": resourceclaimtemplate.resource.k8s.io "late" not found',
    )
  })
  await template('late')
  await eventually(async () => expect(await claimsOf('early')).toHaveLength(1))
})

test('of long names both are shortened', async () => {
  const long = 'a'.repeat(60)
  await podWith(long, [{ name: 'b'.repeat(20), resourceClaimTemplateName: 'gpu' }])
  const name = await eventually(async () => {
    const [claim] = await claimsOf(long)
    expect(claim).toBeDefined()
    return claim?.metadata.name ?? ''
  })
  expect(name).toMatch(/^a{41}-b{13}-?[a-z0-9]{5}$/)
  expect(name.length).toBeLessThanOrEqual(63)
})

test('a shared claim is kept while one pod uses it; the end of the last frees its devices', async () => {
  const [one, two] = [await podWith('one', []), await podWith('two', [])]
  await client.create(resourceClaims, { metadata: { name: 'unused', namespace }, spec })
  await allocated('shared', one, two)
  const reservedFor = async () => {
    const claim = await client.get(resourceClaims, { namespace, name: 'shared' })
    return { claim, names: (claim.status?.reservedFor ?? []).map(({ name }) => name) }
  }
  // Neither pod names the claim: what the claim says of them is what counts.
  await client.delete(pods, { namespace, name: 'one' }, { gracePeriodSeconds: 0 })
  await podWith('waker', [{ name: 'c', resourceClaimName: 'shared' }])
  await ended('waker')
  await eventually(async () => {
    const { claim, names } = await reservedFor()
    expect(names).toEqual(['two'])
    expect(claim.status?.allocation).toBeDefined()
    expect(claim.metadata.finalizers).toEqual([finalizer])
  })
  await ended('two')
  await client.delete(pods, { namespace, name: 'waker' }, { gracePeriodSeconds: 0 })
  await eventually(async () => {
    const { claim, names } = await reservedFor()
    expect(names).toEqual([])
    expect(claim.status?.allocation).toBeUndefined()
    expect(claim.metadata.finalizers).toBeUndefined()
  })
  // It belongs to its user.
  expect((await claims()).map(({ metadata }) => metadata.name)).toContain('shared')
})

test('a claim that is allocated but used by nobody keeps its devices until it is deleted', async () => {
  await allocated('ahead')
  const pod = await podWith('passer-by', [
    { name: 'c', resourceClaimName: 'ahead' },
    { name: 'd', resourceClaimName: 'beside' },
  ])
  await allocated('beside', pod)
  await ended('passer-by')
  await eventually(async () => {
    const { metadata } = await client.get(resourceClaims, { namespace, name: 'beside' })
    expect(metadata.finalizers).toBeUndefined()
  })
  const { status } = await client.get(resourceClaims, { namespace, name: 'ahead' })
  expect(status?.allocation).toBeDefined()
  await client.delete(resourceClaims, { namespace, name: 'ahead' })
  await eventually(async () =>
    expect(await client.get(resourceClaims, { namespace, name: 'ahead' }).catch(isNotFound)).toBe(
      true,
    ),
  )
})

test('a deleted claim stays while a pod uses it', async () => {
  const pod = await podWith('user', [{ name: 'c', resourceClaimName: 'going' }])
  await allocated('going', pod)
  await client.delete(resourceClaims, { namespace, name: 'going' })
  const { metadata } = await client.get(resourceClaims, { namespace, name: 'going' })
  expect(metadata.deletionTimestamp).toBeDefined()
  await ended('user')
  await eventually(async () =>
    expect(await client.get(resourceClaims, { namespace, name: 'going' }).catch(isNotFound)).toBe(
      true,
    ),
  )
})

test('a pod that came with its node gets its reservation', async () => {
  await allocated('given')
  const pod = await podWith('placed', [{ name: 'c', resourceClaimName: 'given' }], {
    nodeName: 'node-1',
  })
  await eventually(async () => {
    const { status } = await client.get(resourceClaims, { namespace, name: 'given' })
    expect(status?.reservedFor).toEqual([
      { resource: 'pods', name: 'placed', uid: pod.metadata.uid },
    ])
  })
})

test('claims that were made while the controller was away are found again', async () => {
  const name = 'after-gpu-made'
  await controlled.restart(async () => {
    const pod = await podWith('after', [{ name: 'gpu', resourceClaimTemplateName: 'gpu' }])
    const { uid } = pod.metadata
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'after', uid, controller: true }
    const annotations = { 'resource.kubernetes.io/pod-claim-name': 'gpu' }
    const metadata = { name, namespace, annotations, ownerReferences: [owner] }
    await client.create(resourceClaims, { metadata, spec })
  })
  await eventually(async () => {
    const { status } = await client.get(pods, { namespace, name: 'after' })
    expect(status?.resourceClaimStatuses).toEqual([{ name: 'gpu', resourceClaimName: name }])
  })
  expect(await claimsOf('after')).toHaveLength(1)
})
