import { expect, test } from 'vitest'
import type { ResourceClaim, ResourceClaimStatus } from '#kubernetes/api/resource-v1.ts'
import type { DeviceObjects } from '../../../../test/support/devices.ts'
import { listersOf, nodeState, placeOf, podToPlace } from '../../../../test/support/scheduling.ts'
import { stored } from '../../../../test/support/stored.ts'
import { dynamicResources as dynamicResourcesWith } from './dynamic-resources.ts'

const dynamicResources = dynamicResourcesWith({ filterTimeoutMs: 10_000 })

const requests = [{ name: 'one', exactly: { deviceClassName: 'gpus', count: 1 } }]
const claim = (status: ResourceClaimStatus = {}, more: Partial<ResourceClaim> = {}) => ({
  metadata: { name: 'gpu', namespace: 'default', uid: 'gpu' },
  spec: { devices: { requests } },
  status,
  ...more,
})
const gpus = { metadata: { name: 'gpus' }, spec: {} }
const slice = (nodeName: string, ...devices: string[]) => ({
  metadata: { name: nodeName },
  spec: {
    driver: 'gpu.example.com',
    nodeName,
    pool: { name: nodeName, generation: 1, resourceSliceCount: 1 },
    devices: devices.map(name => ({ name })),
  },
})
const onNode = (name: string, device?: string): ResourceClaimStatus => ({
  allocation: {
    nodeSelector: {
      nodeSelectorTerms: [
        { matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] },
      ],
    },
    ...(device
      ? {
          devices: {
            results: [{ request: 'one', driver: 'gpu.example.com', pool: name, device }],
          },
        }
      : {}),
  },
})
const consumers = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    resource: 'pods',
    name: `p${index}`,
    uid: `uid-${index}`,
  }))
const asking = (name = 'p') =>
  podToPlace(name, { resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }] })
const nodes = () => [nodeState('a'), nodeState('b')]
const unallocatable = '2 cannot allocate all claims.'

test.for<[what: string, objects: DeviceObjects, said: string]>([
  ['is missing', {}, 'resourceclaim.resource.k8s.io "gpu" not found'],
  [
    'is being deleted',
    {
      resourceClaims: [
        claim({}, { metadata: { ...claim().metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      ],
    },
    'resourceclaim "gpu" is being deleted',
  ],
  [
    'asks for a class that is missing',
    { resourceClaims: [claim()] },
    'request one: device class gpus does not exist',
  ],
  [
    'has an alternative of a class that is missing',
    {
      resourceClaims: [
        claim(
          {},
          {
            spec: {
              devices: {
                requests: [
                  { name: 'one', firstAvailable: [{ name: 'big', deviceClassName: 'gone' }] },
                ],
              },
            },
          },
        ),
      ],
    },
    'request one/big: device class gone does not exist',
  ],
  [
    'asks for more than there is',
    { resourceClaims: [claim()], deviceClasses: [gpus] },
    unallocatable,
  ],
  [
    'can have a device of one node',
    { resourceClaims: [claim()], deviceClasses: [gpus], resourceSlices: [slice('b', 'x')] },
    'b',
  ],
  [
    'asks for a device that another claim has',
    {
      resourceClaims: [
        claim(),
        claim(onNode('b', 'x'), { metadata: { name: 'other', namespace: 'default', uid: 'o' } }),
      ],
      deviceClasses: [gpus],
      resourceSlices: [slice('b', 'x')],
    },
    unallocatable,
  ],
  ['has its devices on one node', { resourceClaims: [claim(onNode('b'))] }, 'b'],
  [
    'has its devices on none of these nodes',
    { resourceClaims: [claim(onNode('c'))] },
    '2 resourceclaim not available on the node.',
  ],
  [
    'has all the consumers that it can have',
    { resourceClaims: [claim({ ...onNode('b'), reservedFor: consumers(256) })] },
    'resourceclaim in use',
  ],
  [
    'has room for one more consumer',
    { resourceClaims: [claim({ ...onNode('b'), reservedFor: consumers(255) })] },
    'b',
  ],
  [
    'is being given devices for another pod',
    { resourceClaims: [claim()], deviceClasses: [gpus], beingAllocated: ['gpu'] },
    'resource claim default/gpu is in the process of being allocated',
  ],
])('a claim on devices that %s', ([, objects, said]) => {
  const text = placeOf(asking(), nodes(), { listers: listersOf(objects) })
  expect(text.replace(/^0\/2 nodes are available: /, '').startsWith(said)).toBe(true)
})

test('displacing pods is of no help against claims', () => {
  expect(
    placeOf(asking(), nodes(), { listers: listersOf({ resourceClaims: [claim(onNode('c'))] }) }),
  ).toBe(
    '0/2 nodes are available: 2 resourceclaim not available on the node. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  )
})

test('a pod waits for what its template makes, and uses nobody else’s', () => {
  const pod = podToPlace('p', { resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 't' }] })
  const listers = listersOf({ resourceClaims: [claim()], deviceClasses: [gpus] })
  const waits = (status: object) =>
    dynamicResources.preEnqueue?.({ ...pod, pod: { ...pod.pod, status } }, listers)
  expect(waits({})).toBe('pod "default/p": ResourceClaim not created yet')
  expect(waits({ resourceClaimStatuses: [{ name: 'gpu' }] })).toBeUndefined()
  expect(waits({ resourceClaimStatuses: [{ name: 'gpu', resourceClaimName: 'gpu' }] })).toBe(
    'ResourceClaim default/gpu was not created for pod default/p (pod is not owner)',
  )
})

test('nodes where the first alternatives can be met come first', () => {
  const firstAvailable = ['big', 'small'].map(name => ({ name, deviceClassName: name }))
  const classes = ['big', 'small'].map(name => ({
    metadata: { name },
    spec: { selectors: [{ cel: { expression: `device.driver == "${name}.example.com"` } }] },
  }))
  const of = (nodeName: string, driver: string) => {
    const { metadata, spec } = slice(nodeName, 'x')
    return { metadata, spec: { ...spec, driver } }
  }
  const listers = listersOf({
    resourceClaims: [
      claim({}, { spec: { devices: { requests: [{ name: 'r', firstAvailable }] } } }),
    ],
    deviceClasses: classes,
    resourceSlices: [of('a', 'small.example.com'), of('b', 'big.example.com')],
  })
  expect(placeOf(asking(), nodes(), { listers })).toBe('b')
})

test('an expression that breaks is nobody’s rejection', () => {
  const broken = { cel: { expression: 'device.attributes["a.example.com"].x == 1' } }
  const listers = listersOf({
    resourceClaims: [claim()],
    deviceClasses: [{ metadata: { name: 'gpus' }, spec: { selectors: [broken] } }],
    resourceSlices: [slice('a', 'x')],
  })
  expect(() => placeOf(asking(), nodes(), { listers })).toThrow(
    'running "DynamicResources" filter plugin: class gpus: selector #0 on device gpu.example.com/a/x: CEL runtime error: no such key: x',
  )
})

test('of what happens to claims, a pod is woken by devices that come free and by its own', () => {
  const now = stored(claim())
  const had = stored(claim(onNode('b', 'x')))
  const other = { ...now, metadata: { ...now.metadata, name: 'other' } }
  const otherHad = { ...had, metadata: other.metadata }
  const wakes = (claim: { now: typeof now | undefined; old: typeof now | undefined }) =>
    dynamicResources.mayHelp?.(asking(), { change: 'resource claims', claim })
  expect(wakes({ now, old: undefined })).toBe(true)
  expect(wakes({ now: had, old: now })).toBe(true)
  expect(wakes({ now: { ...now, metadata: { ...now.metadata, labels: {} } }, old: now })).toBe(
    false,
  )
  expect(wakes({ now: other, old: otherHad })).toBe(true)
  expect(wakes({ now: otherHad, old: other })).toBe(false)
  expect(wakes({ now: undefined, old: otherHad })).toBe(true)
  const bystander = podToPlace('q')
  expect(dynamicResources.mayHelp?.(bystander, { change: 'resource slices' })).toBe(false)
})

test.each([
  [10_000, 4000, 'timed out trying to allocate devices'],
  [10_000, 1, undefined],
  [0, 4000, undefined],
])(
  'with %i ms for a node whose search takes %i ms a look, it says %s',
  (filterTimeoutMs, tick, said) => {
    let time = 0
    const now = () => {
      time += tick
      return time
    }
    const unsuitable = Array.from({ length: 100 }, (_, index) => `x${index}`)
    const selectors = [{ cel: { expression: 'device.driver == "none"' } }]
    const resourceClaims = [
      claim(
        {},
        {
          spec: {
            devices: {
              requests: [
                { name: 'one', exactly: { deviceClassName: 'gpus', count: 1, selectors } },
              ],
            },
          },
        },
      ),
    ]
    const resourceSlices = [slice('a', ...unsuitable)]
    const listers = listersOf({ resourceClaims, deviceClasses: [gpus], resourceSlices, now })
    const filter = dynamicResourcesWith({ filterTimeoutMs }).filter?.(asking(), nodes(), listers)
    const refused = typeof filter === 'function' ? filter(nodes()[0] as never) : undefined
    expect(refused?.reasons).toEqual([said ?? 'cannot allocate all claims'])
  },
)
