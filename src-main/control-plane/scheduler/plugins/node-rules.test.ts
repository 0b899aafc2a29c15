import { expect, test } from 'vitest'
import type { NodeSelectorTerm, PodSpec, Toleration } from '#kubernetes/api/core-v1.ts'
import { nodeState, placeOf, podToPlace, profileOf } from '../../../../test/support/scheduling.ts'

const tainted = (effect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule', value = 'gpu') =>
  nodeState('tainted', { spec: { taints: [{ key: 'dedicated', value, effect }] } })

test.for([
  ['the same value', { key: 'dedicated', value: 'gpu' }, true],
  ['another value', { key: 'dedicated', value: 'cpu' }, false],
  ['any value of the key', { key: 'dedicated', operator: 'Exists' }, true],
  ['everything', { operator: 'Exists' }, true],
  ['one effect', { key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }, false],
] as const)('a toleration of %s', ([, toleration, fits]) => {
  const pod = podToPlace('p', { tolerations: [toleration as Toleration] })
  const answer = placeOf(pod, [tainted('NoSchedule')])
  expect(answer).toContain(fits ? 'tainted' : '1 node(s) had untolerated taint(s)')
})

test('PreferNoSchedule is a wish', () => {
  const pod = podToPlace('p')
  expect(placeOf(pod, [tainted('PreferNoSchedule')])).toBe('tainted')
  expect(placeOf(pod, [tainted('PreferNoSchedule'), nodeState('clean')])).toBe('clean')
})

test('a cordoned node takes only who tolerates it', () => {
  const cordoned = nodeState('c', { spec: { unschedulable: true } })
  expect(placeOf(podToPlace('p'), [cordoned])).toContain('1 node(s) were unschedulable')
  const tolerations: Toleration[] = [
    { key: 'node.kubernetes.io/unschedulable', operator: 'Exists' },
  ]
  expect(placeOf(podToPlace('p', { tolerations }), [cordoned])).toBe('c')
})

const required = (...nodeSelectorTerms: NodeSelectorTerm[]): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  },
})
const named = (...values: string[]): NodeSelectorTerm => ({
  matchFields: [{ key: 'metadata.name', operator: 'In', values }],
})

test('a pod that names its node by a field is judged there alone', () => {
  const nodes = ['a', 'b', 'c'].map(name => nodeState(name))
  expect(placeOf(podToPlace('p', required(named('b'))), nodes)).toBe('b')
  nodes[1]?.add(podToPlace('big', { containers: [cpu('4')] }))
  const pod = podToPlace('p', { ...required(named('b')), containers: [cpu('1')] })
  expect(placeOf(pod, nodes)).toBe(
    "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. " +
      'preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, ' +
      '2 Preemption is not helpful for scheduling.',
  )
  expect(placeOf(podToPlace('p', required(named('a', 'b'), named('c'))), nodes)).not.toContain('0/')
  const conflict = {
    matchFields: [...(named('a').matchFields ?? []), ...(named('c').matchFields ?? [])],
  }
  expect(placeOf(podToPlace('p', required(conflict)), nodes)).toContain(
    '0/3 nodes are available: pod affinity terms conflict.',
  )
})

const cpu = (amount: string) => ({ name: 'c', resources: { requests: { cpu: amount } } })

test('the profile’s own affinity applies to every pod', () => {
  const addedAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'pool', operator: 'In', values: ['batch'] }] },
      ],
    },
  }
  const profile = profileOf({
    profiles: [{ pluginConfig: [{ name: 'NodeAffinity', args: { addedAffinity } }] }],
  })
  const nodes = [nodeState('a'), nodeState('b', { labels: { pool: 'batch' } })]
  expect(placeOf(podToPlace('p'), nodes, { profile })).toBe('b')
  expect(placeOf(podToPlace('p'), nodes.slice(0, 1), { profile })).toContain(
    "1 node(s) didn't match scheduler-enforced node affinity",
  )
})

test('preferred node affinity adds up its weights', () => {
  const prefers = (weight: number, key: string) => ({
    weight,
    preference: { matchExpressions: [{ key, operator: 'Exists' as const }] },
  })
  const pod = podToPlace('p', {
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          prefers(30, 'ssd'),
          prefers(30, 'fast'),
          prefers(50, 'near'),
        ],
      },
    },
  })
  const nodes = [
    nodeState('near', { labels: { near: '' } }),
    nodeState('good', { labels: { ssd: '', fast: '' } }),
  ]
  expect(placeOf(pod, nodes)).toBe('good')
})

test('the node that has the image is liked, the more of it the more', () => {
  const image = (name: string, megabytes: number) => ({
    images: [{ names: [name], sizeBytes: megabytes * 2 ** 20 }],
  })
  const profile = profileOf({
    profiles: [
      { plugins: { score: { disabled: [{ name: '*' }], enabled: [{ name: 'ImageLocality' }] } } },
    ],
  })
  const nodes = [
    nodeState('none'),
    nodeState('small', { status: image('registry/app:v1', 40) }),
    nodeState('large', { status: image('registry/app:latest', 900) }),
  ]
  const pod = (reference: string) =>
    podToPlace('p', { containers: [{ name: 'c', image: reference }] })
  expect(placeOf(pod('registry/app'), nodes, { profile })).toBe('large')
  const volumes = [{ name: 'v', image: { reference: 'registry/app' } }]
  const mounting = podToPlace('m', { volumes, containers: [{ name: 'c', image: 'other' }] })
  expect(placeOf(mounting, nodes.toReversed(), { profile })).toBe('large')
  const shared = nodes
    .slice(0, 2)
    .concat(nodeState('too', { status: image('registry/app:v1', 400) }))
  expect(placeOf(pod('registry/app:v1'), shared, { profile })).toBe('too')
})
