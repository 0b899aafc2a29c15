import { expect, test } from 'vitest'
import type { Informer } from '#client/informer.ts'
import type { Node, Pod, Service } from '#kubernetes/api/core-v1.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { metadata } from '../../../../test/support/stored.ts'
import { planSlices, type SlicePlan } from './plan-slices.ts'
import { TopologyHints } from './topology-hints.ts'

const auto = { 'service.kubernetes.io/topology-mode': 'Auto' }

const service = (annotations: Record<string, string> = auto): Stored<Service> => ({
  metadata: { ...metadata('web'), annotations },
  spec: { ports: [{ port: 80 }], ipFamilies: ['IPv4'], trafficDistribution: 'PreferSameNode' },
})

/** Pods on the node `node-` plus their zone. */
const podsIn = (...zones: string[]): Stored<Pod>[] =>
  zones.map((zone, index) => ({
    metadata: metadata(`web-${index}`),
    spec: { nodeName: `node-${zone}`, containers: [] },
    status: {
      phase: 'Running',
      podIP: `10.0.0.${index}`,
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  }))

function node(zone: string, cpu: string, labels: Record<string, string> = {}): Node {
  return {
    metadata: { name: `node-${zone}`, labels: { 'topology.kubernetes.io/zone': zone, ...labels } },
    spec: {},
    status: { allocatable: { cpu }, conditions: [{ type: 'Ready', status: 'True' }] },
  }
}

/** A service's slices under changing pods and nodes, each plan carried out as the API would. */
class Slices {
  nodes: Node[]
  slices: Stored<EndpointSlice>[] = []
  readonly hints = new TopologyHints({ list: () => this.nodes } as unknown as Informer<Node>)

  constructor(nodes: Node[]) {
    this.nodes = nodes
  }

  settle(pods: Stored<Pod>[], subject = service()): { plan: SlicePlan; said: string[] } {
    const zoneOf = (name: string) =>
      this.nodes.find(({ metadata }) => metadata.name === name)?.metadata.labels?.[
        'topology.kubernetes.io/zone'
      ]
    this.hints.nodesChanged()
    const plan = planSlices(subject, pods, zoneOf, this.slices)
    const events = this.hints.settle(subject, plan)
    const created = plan.create.map((slice, index) => ({
      ...slice,
      metadata: { ...slice.metadata, ...metadata(`slice-${index}`, slice.metadata.labels) },
    }))
    this.slices = [...plan.keep, ...(plan.update as Stored<EndpointSlice>[]), ...created]
    return {
      plan,
      said: events.map(({ type, reason, message }) => `${type} ${reason}: ${message}`),
    }
  }

  /** The zones that endpoints are hinted to belong to, in their order. */
  zones(): (string | undefined)[] {
    return this.slices.flatMap(({ endpoints }) =>
      (endpoints ?? []).map(({ hints }) => hints?.forZones?.map(({ name }) => name).join()),
    )
  }
}

const enabled =
  'Normal TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4'

test('topology mode Auto gives endpoints to zones by their CPU, and says so once', () => {
  const slices = new Slices([node('a', '4'), node('b', '2')])
  const pods = podsIn('a', 'a', 'a', 'a', 'a', 'b')
  expect(slices.settle(pods).said).toEqual([enabled])
  expect(slices.zones()).toEqual(['b', 'a', 'a', 'a', 'a', 'b'])
  const { plan, said } = slices.settle(pods)
  expect([plan.create, plan.update, said]).toEqual([[], [], []])
})

test('hints stay while they do, and are made anew when the zones change', () => {
  const slices = new Slices([node('a', '5'), node('b', '5')])
  const pods = podsIn(...'aaaaabbbbb')
  slices.settle(pods)
  slices.nodes = [node('a', '6'), node('b', '4')]
  expect(slices.settle(pods).plan.update).toEqual([])
  slices.nodes = [node('a', '7'), node('b', '3')]
  slices.settle(pods)
  expect(slices.zones()).toEqual([...'aaaaaaabbb'])
})

test.each([
  ['One or more endpoints do not have a zone specified', [node('a', '1'), node('b', '1')], 'aabx'],
  [
    'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes',
    [node('a', '1'), node('b', '0')],
    'aabb',
  ],
  [
    'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes',
    [node('a', '1'), node('b', '1', { 'node-role.kubernetes.io/control-plane': '' })],
    'aabb',
  ],
  [
    'Insufficient number of endpoints (1 endpoints, 2 zones)',
    [node('a', '1'), node('b', '1')],
    'a',
  ],
  [
    'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (4 endpoints, 3 zones)',
    [node('a', '1'), node('b', '1'), node('c', '1')],
    'aabc',
  ],
])('topology mode Auto goes without hints: %s', (problem, nodes, zones) => {
  const slices = new Slices([node('a', '2'), node('b', '2')])
  slices.settle(podsIn('a', 'b'))
  slices.nodes = nodes
  expect(slices.settle(podsIn(...zones)).said).toEqual([
    `Warning TopologyAwareHintsDisabled: ${problem}, addressType: IPv4`,
  ])
  expect(slices.zones()).toEqual([...zones].map(() => undefined))
})

test('without the annotation the hints of trafficDistribution are back', () => {
  const slices = new Slices([node('a', '2'), node('b', '2')])
  const pods = podsIn('a', 'b')
  slices.settle(pods)
  expect(slices.settle(pods, service({})).said).toEqual([
    'Warning TopologyAwareHintsDisabled: Topology Aware Hints has been disabled, addressType: IPv4',
  ])
  expect(slices.slices[0]?.endpoints[0]?.hints?.forNodes).toEqual([{ name: 'node-a' }])
  expect(slices.settle(pods, service({})).said).toEqual([])
})

test('the deprecated annotation counts before the other', () => {
  const slices = new Slices([node('a', '2'), node('b', '2')])
  const older = { 'service.kubernetes.io/topology-aware-hints': 'auto' }
  expect(slices.settle(podsIn('a', 'b'), service(older)).said).toEqual([enabled])
  const disabled = { ...auto, 'service.kubernetes.io/topology-aware-hints': 'disabled' }
  expect(slices.settle(podsIn('a', 'b'), service(disabled)).said).toHaveLength(1)
})
