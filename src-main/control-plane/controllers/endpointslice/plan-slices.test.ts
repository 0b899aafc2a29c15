import { expect, test } from 'vitest'
import type { Pod, Service } from '#kubernetes/api/core-v1.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { metadata } from '../../../../test/support/stored.ts'
import { planSlices } from './plan-slices.ts'

const service = (spec: Service['spec'] = {}): Stored<Service> => ({
  metadata: { ...metadata('web'), labels: { team: 'blue' } },
  spec: { ports: [{ port: 80, name: 'http', targetPort: 'web' }], ipFamilies: ['IPv4'], ...spec },
})

function pod(index: number, { port = 8080, ready = true, deleting = false } = {}): Stored<Pod> {
  return {
    metadata: {
      ...metadata(`web-${index}`),
      ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: {
      nodeName: 'node-1',
      containers: [{ name: 'c', ports: [{ name: 'web', containerPort: port }] }],
    },
    status: {
      phase: 'Running',
      podIP: `10.0.${index >> 8}.${index & 255}`,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  }
}

const pods = (count: number) => Array.from({ length: count }, (_, index) => pod(index))
const noZone = () => undefined

/** Carries a plan out, as the API would. */
function applied(current: Stored<EndpointSlice>[], plan: ReturnType<typeof planSlices>) {
  const gone = new Set(plan.remove.map(({ metadata }) => metadata.name))
  const updated = new Map(plan.update.map(slice => [slice.metadata.name, slice]))
  const kept = current
    .filter(({ metadata }) => !gone.has(metadata.name))
    .map(slice => (updated.get(slice.metadata.name) ?? slice) as Stored<EndpointSlice>)
  const created = plan.create.map((slice, index) => ({
    ...slice,
    metadata: {
      ...slice.metadata,
      ...metadata(`slice-${current.length + index}`, slice.metadata.labels),
    },
  }))
  return [...kept, ...created] as Stored<EndpointSlice>[]
}

test('planSlices puts at most 100 endpoints into a slice, and settles', () => {
  const first = planSlices(service(), pods(250), noZone, [])
  expect(first.create.map(({ endpoints }) => endpoints.length)).toEqual([100, 100, 50])
  const there = applied([], first)
  expect(planSlices(service(), pods(250), noZone, there)).toEqual({
    create: [],
    update: [],
    remove: [],
    keep: there,
  })
})

test('planSlices leaves endpoints where they are and fills gaps', () => {
  const there = applied([], planSlices(service(), pods(150), noZone, []))
  const fewer = pods(151).filter((_, index) => index !== 3)
  const plan = planSlices(service(), fewer, noZone, there)
  expect([plan.create.length, plan.update.length, plan.remove.length]).toEqual([0, 1, 0])
  expect(applied(there, plan).map(({ endpoints }) => endpoints.length)).toEqual([100, 50])
})

test('planSlices keeps pods apart whose port of a name differs', () => {
  const mixed = [pod(0), pod(1, { port: 9090 })]
  const plan = planSlices(service(), mixed, noZone, [])
  expect(plan.create.map(({ ports }) => ports?.[0]?.port)).toEqual([8080, 9090])
})

test('planSlices tells ready, serving and terminating apart', () => {
  const mixed = [pod(0), pod(1, { ready: false }), pod(2, { deleting: true })]
  const [slice] = planSlices(service(), mixed, noZone, []).create
  expect(slice?.endpoints.map(({ conditions }) => conditions)).toEqual([
    { ready: true, serving: true, terminating: false },
    { ready: false, serving: false, terminating: false },
    { ready: false, serving: true, terminating: true },
  ])
})

test('planSlices keeps one empty slice for a service without pods', () => {
  const first = planSlices(service(), pods(2), noZone, [])
  const there = applied([], first)
  const emptied = applied(there, planSlices(service(), [], noZone, there))
  expect(emptied.map(({ endpoints }) => endpoints.length)).toEqual([0])
  expect(planSlices(service(), [], noZone, emptied)).toEqual({
    create: [],
    update: [],
    remove: [],
    keep: emptied,
  })
})

test('planSlices marks slices as upstream does', () => {
  const [slice] = planSlices(service({ clusterIP: 'None' }), pods(1), () => 'zone-a', []).create
  expect(slice?.metadata).toMatchObject({
    generateName: 'web-',
    labels: {
      team: 'blue',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'service.kubernetes.io/headless': '',
    },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', controller: true }],
  })
  expect(slice?.endpoints[0]).toMatchObject({
    nodeName: 'node-1',
    zone: 'zone-a',
    targetRef: { kind: 'Pod', namespace: 'default', name: 'web-0', uid: 'web-0' },
  })
})

test.each([
  [undefined, undefined],
  ['PreferClose', { forZones: [{ name: 'zone-a' }] }],
  ['PreferSameZone', { forZones: [{ name: 'zone-a' }] }],
  ['PreferSameNode', { forNodes: [{ name: 'node-1' }], forZones: [{ name: 'zone-a' }] }],
])(
  'planSlices hints at whom ready endpoints are for, by trafficDistribution %s',
  (distribution, hints) => {
    const subject = service(distribution ? { trafficDistribution: distribution } : {})
    const { create } = planSlices(subject, [pod(1), pod(2, { ready: false })], () => 'zone-a', [])
    expect(create[0]?.endpoints.map(endpoint => endpoint.hints)).toEqual([hints, undefined])
  },
)
