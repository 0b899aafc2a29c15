import { expect, test } from 'vitest'
import type { Volume } from '#kubernetes/api/core-v1.ts'
import { listersOf, nodeState, placeOf, podToPlace } from '../../../../test/support/scheduling.ts'

const zone = 'topology.kubernetes.io/zone'
const claimVolume = (claimName: string): Volume => ({
  name: claimName,
  persistentVolumeClaim: { claimName },
})
const using = (name: string, ...volumes: Volume[]) => podToPlace(name, { volumes })
const claim = (name: string, spec: object, metadata: object = {}, status: object = {}) => ({
  metadata: {
    name,
    namespace: 'default',
    annotations: { 'pv.kubernetes.io/bind-completed': 'yes' },
    ...metadata,
  },
  spec,
  status,
})
const unbound = (name: string, storageClassName: string) =>
  claim(name, { storageClassName }, { annotations: {} })
const late = {
  metadata: { name: 'late' },
  provisioner: 'example.com/x',
  volumeBindingMode: 'WaitForFirstConsumer',
}
const onNode = (name: string) => ({
  required: {
    nodeSelectorTerms: [
      { matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] },
    ],
  },
})

test.for([
  [[], 'persistentvolumeclaim "data" not found'],
  [
    [claim('data', { volumeName: 'v' }, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    'persistentvolumeclaim "data" is being deleted',
  ],
  [
    [claim('data', { volumeName: 'v' }, {}, { phase: 'Lost' })],
    'persistentvolumeclaim "data" bound to non-existent persistentvolume "v"',
  ],
  [[unbound('data', 'now')], 'pod has unbound immediate PersistentVolumeClaims'],
] as const)('a claim that cannot be used is named: %j', ([claims, said]) => {
  const listers = listersOf({ claims: [...claims], classes: [late] })
  expect(placeOf(using('p', claimVolume('data')), [nodeState('n')], { listers })).toBe(
    `0/1 nodes are available: ${said}. preemption: 0/1 nodes are available: ` +
      '1 Preemption is not helpful for scheduling.',
  )
})

test('an ephemeral volume waits for its claim', () => {
  const volume: Volume = { name: 'cache', ephemeral: {} }
  expect(placeOf(using('p', volume), [nodeState('n')])).toContain(
    'waiting for ephemeral volume controller to create the persistentvolumeclaim "p-cache"',
  )
})

test('a pod goes where its volume can be reached, and nowhere when the volume is gone', () => {
  const claims = [claim('data', { volumeName: 'v' })]
  const volumes = [{ metadata: { name: 'v' }, spec: { nodeAffinity: onNode('b') } }]
  const pod = using('p', claimVolume('data'))
  const nodes = [nodeState('a'), nodeState('b')]
  expect(placeOf(pod, nodes, { listers: listersOf({ claims, volumes }) })).toBe('b')
  const alone = { listers: listersOf({ claims, volumes }) }
  expect(placeOf(pod, nodes.slice(0, 1), alone)).toContain(
    "1 node(s) didn't match PersistentVolume's node affinity",
  )
  expect(placeOf(pod, nodes, { listers: listersOf({ claims }) })).toContain(
    '2 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
  )
})

test('a volume that is made later is made where its class allows it', () => {
  const allowedTopologies = [{ matchLabelExpressions: [{ key: zone, values: ['z2'] }] }]
  const listers = listersOf({
    claims: [unbound('data', 'late')],
    classes: [{ ...late, allowedTopologies } as never],
  })
  const nodes = [
    nodeState('a', { labels: { [zone]: 'z1' } }),
    nodeState('b', { labels: { [zone]: 'z2' } }),
  ]
  const pod = using('p', claimVolume('data'))
  expect(placeOf(pod, nodes, { listers })).toBe('b')
  expect(placeOf(pod, nodes.slice(0, 1), { listers })).toContain(
    "1 node(s) didn't find available persistent volumes to bind",
  )
})

const driver = (storageCapacity: boolean) =>
  ({ metadata: { name: late.provisioner }, spec: { storageCapacity } }) as never
const capacity = (name: string, nodeTopology: object | undefined, amounts: object) =>
  ({
    metadata: { name },
    storageClassName: 'late',
    ...(nodeTopology ? { nodeTopology } : {}),
    ...amounts,
  }) as never

test.for([
  ['enough', { matchLabels: { [zone]: 'z2' } }, { capacity: '20Gi' }, ['b']],
  ['enough for all nodes', {}, { capacity: '10Gi' }, ['a', 'b']],
  ['too little', {}, { capacity: '9Gi' }, []],
  ['volumes too small', {}, { capacity: '1Ti', maximumVolumeSize: '5Gi' }, []],
  ['volumes large enough', {}, { capacity: '1Gi', maximumVolumeSize: '50Gi' }, ['a', 'b']],
  ['no amount', {}, {}, []],
  ['nothing that any node reaches', undefined, { capacity: '20Gi' }, []],
] as const)('a driver that tells its capacity has %s', ([_, topology, amounts, fitting]) => {
  const request = { resources: { requests: { storage: '10Gi' } } }
  const claims = [claim('data', { storageClassName: 'late', ...request }, { annotations: {} })]
  const answer = (name: string, tells: boolean) => {
    const node = nodeState(name, { labels: { [zone]: name === 'a' ? 'z1' : 'z2' } })
    const listers = listersOf({
      claims,
      classes: [late],
      csiDrivers: [driver(tells)],
      csiStorageCapacities: [capacity('c', topology, amounts)],
    })
    return placeOf(using('p', claimVolume('data')), [node], { listers })
  }
  for (const name of ['a', 'b'] as const) {
    const full = '1 node(s) did not have enough free storage'
    expect(answer(name, true)).toContain(fitting.some(one => one === name) ? name : full)
    expect(answer(name, false)).toBe(name)
  }
})

test('the zone labels of a bound volume bind its pods; nodes without zones take all', () => {
  const listers = listersOf({
    claims: [claim('data', { volumeName: 'v' })],
    volumes: [{ metadata: { name: 'v', labels: { [zone]: 'z2__z3' } }, spec: {} } as never],
  })
  const pod = using('p', claimVolume('data'))
  const inZone = (name: string) => nodeState(name, { labels: { [zone]: name } })
  expect(placeOf(pod, [inZone('z1'), inZone('z3')], { listers })).toBe('z3')
  expect(placeOf(pod, [inZone('z1')], { listers })).toContain(
    '1 node(s) had no available volume zone',
  )
  expect(placeOf(pod, [nodeState('bare')], { listers })).toBe('bare')
})

test('a claim for one pod is given to none else, wherever', () => {
  const listers = listersOf({
    claims: [claim('solo', { volumeName: 'v', accessModes: ['ReadWriteOncePod'] })],
    volumes: [{ metadata: { name: 'v' }, spec: {} } as never],
  })
  const nodes = [nodeState('a', {}, using('first', claimVolume('solo'))), nodeState('b')]
  expect(placeOf(using('second', claimVolume('solo')), nodes, { listers })).toContain(
    '2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  )
})

test.for([
  [
    'a GCE disk',
    { gcePersistentDisk: { pdName: 'd' } },
    { gcePersistentDisk: { pdName: 'd', readOnly: true } },
    false,
  ],
  [
    'a GCE disk that all only read',
    { gcePersistentDisk: { pdName: 'd', readOnly: true } },
    { gcePersistentDisk: { pdName: 'd', readOnly: true } },
    true,
  ],
  [
    'an EBS volume',
    { awsElasticBlockStore: { volumeID: 'v' } },
    { awsElasticBlockStore: { volumeID: 'v' } },
    false,
  ],
  [
    'another EBS volume',
    { awsElasticBlockStore: { volumeID: 'v' } },
    { awsElasticBlockStore: { volumeID: 'w' } },
    true,
  ],
  [
    'an image of the same Ceph monitors',
    { rbd: { monitors: ['m1', 'm2'], image: 'i' } },
    { rbd: { monitors: ['m2'], image: 'i', pool: 'rbd' } },
    false,
  ],
] as const)('two pods of a node and %s', ([, one, other, fits]) => {
  const volume = (source: object) => ({ name: 'v', ...source }) as Volume
  const node = nodeState('n', {}, using('there', volume(one)))
  const answer = placeOf(using('new', volume(other)), [node])
  expect(answer).toContain(fits ? 'n' : '1 node(s) had no available disk')
})

test('a driver attaches no more volumes to a node than it says, and one volume once', () => {
  const volume = (name: string) => ({
    metadata: { name },
    spec: { csi: { driver: 'disk.example.com', volumeHandle: name } },
  })
  const names = ['v1', 'v2', 'v3']
  const csiNode = {
    metadata: { name: 'n' },
    spec: { drivers: [{ name: 'disk.example.com', nodeID: 'n', allocatable: { count: 2 } }] },
  }
  const listers = listersOf({
    claims: [...names.map(name => claim(name, { volumeName: name })), unbound('later', 'late')],
    volumes: names.map(volume) as never,
    classes: [{ ...late, provisioner: 'disk.example.com' } as never],
    csiNodes: [csiNode],
  })
  const node = nodeState('n', {}, using('a', claimVolume('v1')), using('b', claimVolume('v2')))
  const full = '1 node(s) exceed max volume count'
  expect(placeOf(using('c', claimVolume('v3')), [node], { listers })).toContain(full)
  expect(placeOf(using('c', claimVolume('later')), [node], { listers })).toContain(full)
  expect(placeOf(using('c', claimVolume('v1')), [node], { listers })).toBe('n')
  node.remove('a')
  expect(placeOf(using('c', claimVolume('v3')), [node], { listers })).toBe('n')
})
