import { expect, test } from 'vitest'
import { Client } from '#client/rest.ts'
import type { PodResourceClaim, PodStatus } from '#kubernetes/api/core-v1.ts'
import type { ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import { statusError } from '#kubernetes/status-error.ts'
import type { BoundPod } from '../pod-facts.ts'
import { PodDevices } from './pod-devices.ts'

const pod = (claim: Partial<PodResourceClaim>, status: PodStatus = {}): BoundPod => ({
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: 'web-uid',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { nodeName: 'n', containers: [], resourceClaims: [{ name: 'gpu', ...claim }] },
  status,
})
const reservedFor = [{ resource: 'pods', name: 'web', uid: 'web-uid' }]
const results = [{ request: 'r', driver: 'gpu.example.com', pool: 'n', device: 'gpu-0' }]
const claim = (status: ResourceClaim['status']): ResourceClaim => ({
  metadata: { name: 'gpu', namespace: 'default', uid: 'gpu-uid' },
  spec: {},
  ...(status ? { status } : {}),
})

/** What the kubelet says of a pod; empty when it starts it. */
async function said(
  of: BoundPod,
  there: ResourceClaim | undefined,
  name: 'docker' | 'simulated' = 'docker',
): Promise<string> {
  const events: string[] = []
  const client = new Client({
    async request() {
      if (!there) throw statusError('NotFound', 'resourceclaims.resource.k8s.io "gpu" not found')
      const json = async () => there as never
      return { status: 200, headers: {}, json, bytes: none, events: none }
    },
  })
  const devices = new PodDevices({ client, runtime: { name } as never }, (type, reason, message) =>
    events.push(`${type} ${reason} ${message}`),
  )
  const retryMs = await devices.prepare(of)
  expect(retryMs === undefined).toBe(events.length === 0)
  return events.join()
}

const failed =
  'Warning FailedPrepareDynamicResources Failed to prepare dynamic resources: prepare dynamic resources: '
async function* none() {}
const own = { resourceClaimName: 'gpu' }
const allocated = claim({ allocation: { devices: { results } }, reservedFor })

test('a pod with devices is not started where no driver can prepare them', async () => {
  expect(await said(pod(own), allocated)).toBe(
    `${failed}DRA driver gpu.example.com is not registered`,
  )
})

test('a simulated node has nothing to prepare', async () => {
  expect(await said(pod(own), allocated, 'simulated')).toBe('')
})

test('a claim without devices needs no driver', async () => {
  expect(await said(pod(own), claim({ allocation: {}, reservedFor }))).toBe('')
})

test('a pod is not started with a claim that is not reserved for it, on no node', async () => {
  const others = claim({ allocation: { devices: { results } }, reservedFor: [] })
  for (const runtime of ['docker', 'simulated'] as const)
    expect(await said(pod(own), others, runtime)).toBe(
      `${failed}pod web (web-uid) is not allowed to use ResourceClaim gpu (gpu-uid)`,
    )
})

test('a pod waits for a claim that is not there', async () => {
  expect(await said(pod(own), undefined)).toBe(
    `${failed}failed to fetch ResourceClaim gpu referenced by pod web: resourceclaims.resource.k8s.io "gpu" not found`,
  )
  expect(await said(pod({ resourceClaimTemplateName: 't' }), undefined)).toBe(
    `${failed}pod "default/web": ResourceClaim not created yet`,
  )
})

test('a claim made for another pod is refused', async () => {
  const status = { resourceClaimStatuses: [{ name: 'gpu', resourceClaimName: 'gpu' }] }
  expect(await said(pod({ resourceClaimTemplateName: 't' }, status), allocated)).toBe(
    `${failed}ResourceClaim default/gpu was not created for pod default/web (pod is not owner)`,
  )
})
