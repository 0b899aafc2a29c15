import { expect, test } from 'vitest'
import { ruleProblem } from '../runtimes/simulated/behaviour.ts'
import { readSimulation } from './read-simulation.ts'
import { plainSimulation, plannedNodes } from './simulation.ts'

const read = (document: unknown) => readSimulation(document, { ruleProblem })

test('readSimulation reads groups of nodes with zones, capacities, taints and failures', () => {
  const simulation = read({
    nodes: [
      {
        name: 'worker',
        count: 3,
        zones: ['east', 'west'],
        labels: { disk: 'ssd' },
        capacity: { cpu: 16, memory: '64Gi', 'example.com/gpu': '2' },
        failure: { kind: 'unreachable', nodes: 1, after: '1m', for: '30s' },
      },
      { name: 'infra', taints: [{ key: 'dedicated', effect: 'NoSchedule' }] },
    ],
    pods: [{ namespace: 'shop', labels: { app: 'web' }, behaviour: { 'ready-after': '5s' } }],
  })
  const nodes = plannedNodes(simulation)
  expect(nodes.map(({ name }) => name)).toEqual(['worker-1', 'worker-2', 'worker-3', 'infra'])
  expect(nodes.map(({ labels }) => labels['topology.kubernetes.io/zone'])).toEqual([
    'east',
    'west',
    'east',
    undefined,
  ])
  expect(nodes[0]).toMatchObject({
    labels: { disk: 'ssd' },
    capacity: { cpu: '16', memory: '64Gi', 'example.com/gpu': '2' },
    failure: undefined,
  })
  expect(nodes[2]?.failure).toEqual({
    kind: 'unreachable',
    nodes: 1,
    afterMs: 60_000,
    forMs: 30_000,
  })
  expect(nodes[3]?.taints).toEqual([{ key: 'dedicated', effect: 'NoSchedule' }])
})

test.for([
  [{}, 'nodes: at least one node is wanted'],
  [[], 'the document: fields are wanted'],
  [{ nodes: [{ name: 'A' }] }, 'nodes[0].name: lower-case letters'],
  [{ nodes: [{ name: 'a', count: 0 }] }, 'nodes[0].count: a whole number from 1 to 10000'],
  [{ nodes: [{ name: 'a', zone: 'x' }] }, 'nodes[0].zone: is not known'],
  [{ nodes: [{ name: 'a' }, { name: 'a' }] }, 'nodes: two are named a'],
  [
    { nodes: [{ name: 'a', capacity: { cpu: 'many' } }] },
    'nodes[0].capacity.cpu: quantities must match',
  ],
  [{ nodes: [{ name: 'a', taints: [{ key: 'k', effect: 'No' }] }] }, 'nodes[0].taints[0].effect:'],
  [{ nodes: [{ name: 'a', failure: { kind: 'fire' } }] }, 'nodes[0].failure.kind: one of'],
  [
    { nodes: [{ name: 'a', devices: [{ name: 'gpu' }] }] },
    'nodes[0].devices[0].driver: the name of a driver is wanted',
  ],
  [
    { nodes: [{ name: 'a', devices: [{ driver: 'd.example', attributes: { 'a-b': 1 } }] }] },
    'nodes[0].devices[0].attributes.a-b: NAME or DOMAIN/NAME is wanted',
  ],
  [
    { nodes: [{ name: 'a', devices: [{ driver: 'd.example', capacity: { memory: 'much' } }] }] },
    'nodes[0].devices[0].capacity.memory: quantities must match',
  ],
  [
    {
      nodes: [
        {
          name: 'a',
          devices: [
            { driver: 'd.example', name: 'x', count: 60 },
            { driver: 'd.example', name: 'y', count: 5 },
          ],
        },
      ],
    },
    'nodes[0].devices[0].count: a driver can have 64 devices of a node, not 65',
  ],
  [
    { nodes: [{ name: 'a', devices: [{ driver: 'd.example' }, { driver: 'd.example' }] }] },
    'nodes[0].devices[0].name: the driver has devices named device already',
  ],
  [
    { nodes: [{ name: 'a', failure: { kind: 'not-ready', after: '3 days' } }] },
    'nodes[0].failure.after: "3 days" is no duration',
  ],
  [
    { nodes: [{ name: 'a' }], pods: [{ behaviour: { 'start-after': 'soon' } }] },
    'pods[0].behaviour: start-after: "soon" can\'t be read',
  ],
  [
    { nodes: [{ name: 'a' }], pods: [{ behaviour: { colour: 'red' } }] },
    'pods[0].behaviour: colour is not known; there are start-after',
  ],
] as const)('readSimulation says what is wrong with %j', ([document, said]) => {
  expect(() => read(document)).toThrow(said)
})

test('readSimulation reads devices, and of what kind their attributes are', () => {
  const [group] = read({
    nodes: [
      {
        name: 'gpu',
        devices: [
          {
            driver: 'gpu.example.com',
            count: 2,
            attributes: { model: 'large', index: 3, cooled: true, 'a.example/firmware': '1.2.3' },
            capacity: { memory: '16Gi' },
          },
        ],
      },
    ],
  }).nodes
  expect(group?.devices).toEqual([
    {
      driver: 'gpu.example.com',
      name: 'device',
      count: 2,
      attributes: {
        model: { string: 'large' },
        index: { int: 3 },
        cooled: { bool: true },
        'a.example/firmware': { version: '1.2.3' },
      },
      capacity: { memory: '16Gi' },
    },
  ])
})

test('nodes that are only counted lie in three zones, and a single one in none', () => {
  const zones = (count: number) =>
    plannedNodes(plainSimulation('n', count)).map(
      ({ name, labels }) => `${name} ${labels['topology.kubernetes.io/zone']}`,
    )
  expect(zones(1)).toEqual(['n undefined'])
  expect(zones(4)).toEqual(['n zone-a', 'n-2 zone-b', 'n-3 zone-c', 'n-4 zone-a'])
})
