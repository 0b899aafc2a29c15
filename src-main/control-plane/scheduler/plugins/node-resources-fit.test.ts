import { expect, test } from 'vitest'
import {
  listersOf,
  needing,
  nodeState,
  placeOf,
  podToPlace,
  profileOf,
} from '../../../../test/support/scheduling.ts'
import type { NodeState } from '../node-state.ts'

const withStrategy = (scoringStrategy: object, args: object = {}) =>
  profileOf({
    profiles: [
      {
        plugins: { score: { disabled: [{ name: '*' }], enabled: [{ name: 'NodeResourcesFit' }] } },
        pluginConfig: [{ name: 'NodeResourcesFit', args: { ...args, scoringStrategy } }],
      },
    ],
  })

/** The score of a node by the only score plugin of a profile. */
function scoreOf(info: ReturnType<typeof podToPlace>, node: NodeState, strategy: object): number {
  const [weighted] = withStrategy(strategy).scores
  const scorer = weighted?.plugin.score?.(info, [node], listersOf(), [node])
  return scorer?.score(node) ?? Number.NaN
}

// A node of 4 cores and 8 GiB with 1 core and 2 GiB requested; the pod wants 1 core and 2 GiB, so half of both is used.
const halfUsed = (room: Record<string, string> = {}) =>
  nodeState(
    'n',
    { room },
    podToPlace('there', { containers: needing('1', { memory: '2Gi', 'example.com/gpu': '3' }) }),
  )
const wanting = podToPlace('new', {
  containers: needing('1', { memory: '2Gi', 'example.com/gpu': '1' }),
})
const gpus = { 'example.com/gpu': '8' }

test.for([
  ['least allocated: what stays free', { type: 'LeastAllocated' }, {}, 50],
  ['most allocated: what is used', { type: 'MostAllocated' }, {}, 50],
  [
    'weights: three parts of CPU, one of a half-free device',
    {
      type: 'LeastAllocated',
      resources: [
        { name: 'cpu', weight: 3 },
        { name: 'example.com/gpu', weight: 1 },
      ],
    },
    { ...gpus, cpu: '8' },
    // CPU: 6 of 8 free = 75; devices: 4 of 8 free = 50; (3 × 75 + 50) / 4 = 68.75
    68,
  ],
  [
    'a resource that the node lacks does not count',
    { type: 'MostAllocated', resources: [{ name: 'cpu' }, { name: 'example.com/gpu' }] },
    {},
    50,
  ],
  [
    'a curve: 0 % → 0, 100 % → 10',
    {
      type: 'RequestedToCapacityRatio',
      requestedToCapacityRatio: {
        shape: [
          { utilization: 0, score: 0 },
          { utilization: 100, score: 10 },
        ],
      },
    },
    {},
    50,
  ],
  [
    'a curve that falls: 0 % → 10, 50 % → 4, level behind',
    {
      type: 'RequestedToCapacityRatio',
      requestedToCapacityRatio: {
        shape: [
          { utilization: 0, score: 10 },
          { utilization: 50, score: 4 },
        ],
      },
    },
    {},
    40,
  ],
] as const)('scoring strategy, %s', ([, strategy, room, score]) => {
  expect(scoreOf(wanting, halfUsed(room), strategy)).toBe(score)
})

test('containers without requests count as a tenth of a core and 200 MiB, so that they spread, too', () => {
  const crowded = nodeState('crowded', {}, ...['a', 'b', 'c'].map(name => bare(name)))
  expect(placeOf(bare('new'), [crowded, nodeState('empty')])).toBe('empty')
})

const bare = (name: string) => podToPlace(name, { containers: [{ name: 'c' }] })

test('every resource that lacks is named, ignored ones are not asked for', () => {
  const gpu = (more: object = {}) =>
    podToPlace('gpu', { containers: needing('8', { 'example.com/gpu': '1', ...more }) })
  expect(placeOf(gpu(), [nodeState('n')])).toContain(
    '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient example.com/gpu.',
  )
  const profile = withStrategy({}, { ignoredResourceGroups: ['example.com'] })
  expect(placeOf(gpu(), [nodeState('n', { room: { cpu: '8' } })], { profile })).toBe('n')
})

test('a pod’s own resources and overhead count, whatever its containers say', () => {
  const resources = { requests: { cpu: '3' } }
  const info = podToPlace('p', { containers: needing('1'), resources, overhead: { cpu: '1500m' } })
  expect(info.requests['cpu']).toBe(4500)
  expect(placeOf(info, [nodeState('n')])).toContain('1 Insufficient cpu')
  const initContainers = [{ name: 'sidecar', restartPolicy: 'Always' as const }]
  const bare = podToPlace('bare', { containers: [{ name: 'c' }], initContainers, resources })
  expect(bare.assumedMilliCpu).toBe(3000)
  expect(bare.assumedMemory).toBe(2 * 200 * 2 ** 20)
})

test('what frees nothing that lacks does not wake a pod', () => {
  const plugin = profileOf().plugins.find(({ name }) => name === 'NodeResourcesFit')
  const info = podToPlace('p', { containers: needing('2') })
  const freed = (containers: object[]) =>
    podToPlace('gone', { containers: containers as never }).pod
  const helps = (event: Parameters<NonNullable<typeof plugin & object>['mayHelp'] & object>[1]) =>
    plugin?.mayHelp?.(info, event)
  expect(helps({ change: 'pod removed', pod: freed(needing('1')) })).toBe(true)
  expect(helps({ change: 'pod removed', pod: freed([{ name: 'c' }]) })).toBe(false)
  expect(helps({ change: 'node added', node: nodeState('n') })).toBe(true)
  const small = nodeState('small', { room: { cpu: '1' } })
  expect(helps({ change: 'node added', node: small })).toBe(false)
})
