import { expect, test } from 'vitest'
import type { Node } from '#kubernetes/api/core-v1.ts'
import { created, failuresOf, updateFailuresOf } from '../shared/testing.ts'
import { nodes } from './nodes.ts'

const node = (rest: Partial<Node> = {}): Node => ({
  metadata: { name: 'node-1' },
  spec: {},
  ...rest,
})
const now = Date.parse('2026-01-02T15:04:05Z')
const cells = (object: Node) => nodes.columns.map(({ value }) => value(object, now))

test('what can be used is all there is unless the node says otherwise', () => {
  const { status } = created(
    nodes,
    node({ status: { capacity: { cpu: '4000m', memory: '1024Mi' } } }),
  )
  expect(status?.allocatable).toEqual({ cpu: '4', memory: '1Gi' })
})

test.each<[string, Node['spec'], Node['spec']]>([
  [
    'only the one',
    { podCIDR: '10.1.0.0/24' },
    { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'] },
  ],
  [
    'only the list',
    { podCIDRs: ['10.1.0.0/24', 'fd00::/64'] },
    { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24', 'fd00::/64'] },
  ],
  [
    'both, which differ',
    { podCIDR: '10.2.0.0/24', podCIDRs: ['10.1.0.0/24'] },
    { podCIDR: '10.2.0.0/24', podCIDRs: ['10.2.0.0/24'] },
  ],
])('the range of a node stands in both fields when a client writes %s', (_what, given, kept) => {
  expect(created(nodes, node({ spec: given })).spec).toEqual(kept)
})

test('a range of a node is one, in whichever field it is written', () => {
  expect(failuresOf(nodes, node({ spec: { podCIDR: 'x' } }))).toEqual([
    'spec.podCIDRs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
  ])
})

test.each<[string, Record<string, string>, string[]]>([
  ['taints', { taints: '[{"key":"a","value":"b","effect":"NoSchedule"}]' }, []],
  [
    'taints that are no JSON',
    { taints: 'a=b:NoSchedule' },
    [
      'metadata.annotations: Invalid value: "scheduler.alpha.kubernetes.io/taints": invalid character \'a\' looking for beginning of value',
    ],
  ],
  [
    'a taint of no effect',
    { taints: '[{"key":"a"}]' },
    ['metadata.annotations.scheduler.alpha.kubernetes.io/taints[0].effect: Required value'],
  ],
  [
    'pods to avoid that nobody controls',
    { preferAvoidPods: '{"preferAvoidPods":[{"podSignature":{}}]}' },
    [
      'metadata.annotations.scheduler.alpha.kubernetes.io/preferAvoidPods[0].PodSignature: Required value',
    ],
  ],
  [
    'pods to avoid whose owner is no controller',
    {
      preferAvoidPods:
        '{"preferAvoidPods":[{"podSignature":{"podController":{"controller":false}}}]}',
    },
    [
      'metadata.annotations.scheduler.alpha.kubernetes.io/preferAvoidPods[0].PodSignature.PodController.Controller: Invalid value: false: must point to a controller',
    ],
  ],
])('annotations of old must be well-formed: %s', (_what, annotations, problems) => {
  const named = Object.entries(annotations).map(([name, text]) => [
    `scheduler.alpha.kubernetes.io/${name}`,
    text,
  ])
  const metadata = { name: 'node-1', annotations: Object.fromEntries(named) }
  expect(failuresOf(nodes, node({ metadata }))).toEqual(problems)
})

test('the columns of a node', () => {
  const ready = node({
    metadata: {
      name: 'node-1',
      creationTimestamp: '2026-01-02T13:04:05Z',
      labels: {
        'node-role.kubernetes.io/worker': '',
        'node-role.kubernetes.io/control-plane': '',
        'kubernetes.io/role': 'edge',
      },
    },
    spec: { unschedulable: true },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [
        { type: 'Hostname', address: 'node-1' },
        { type: 'InternalIP', address: '10.0.0.1' },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.35.0',
        osImage: 'Debian',
        kernelVersion: '6.12',
        containerRuntimeVersion: 'docker://28',
        machineID: '',
        systemUUID: '',
        bootID: '',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  })
  expect(cells(ready)).toEqual([
    'node-1',
    'Ready,SchedulingDisabled',
    'control-plane,edge,worker',
    '120m',
    'v1.35.0',
    '10.0.0.1',
    '<none>',
    'Debian',
    '6.12',
    'docker://28',
  ])
  expect(cells(node())).toEqual([
    'node-1',
    'Unknown',
    '<none>',
    '<unknown>',
    '',
    '<none>',
    '<none>',
    '<unknown>',
    '<unknown>',
    '<unknown>',
  ])
  const lost = node({ status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } })
  expect(cells(lost)[1]).toBe('NotReady')
})

test.each<[string, Partial<Node>, string]>([
  [
    'a taint twice',
    {
      spec: {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', effect: 'NoSchedule' },
        ],
      },
    },
    'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}',
  ],
  [
    'an unknown effect',
    { spec: { taints: [{ key: 'a', effect: 'X' as 'NoSchedule' }] } },
    'metadata.taints[0].effect: Unsupported value: "X": supported values: "NoExecute", "NoSchedule", "PreferNoSchedule"',
  ],
  [
    'a negative capacity',
    { status: { allocatable: { cpu: '-1' } } },
    'status.allocatable.cpu: Invalid value: "-1": must be greater than or equal to 0',
  ],
  [
    'half a pod',
    { status: { allocatable: { pods: '500m' } } },
    'status.allocatable.pods: Invalid value: "500m": must be an integer',
  ],
  [
    'a bad range',
    { spec: { podCIDRs: ['x'] } },
    'spec.podCIDRs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
  ],
  [
    'two ranges of a family',
    { spec: { podCIDRs: ['10.0.0.0/24', '10.1.0.0/24'] } },
    'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.1.0.0/24"]: may specify no more than one CIDR for each IP family',
  ],
])('a node with %s is refused', (_what, rest, error) => {
  expect(failuresOf(nodes, node(rest))).toEqual([error])
})

test.each<[string, (object: Node) => void, string]>([
  [
    'range',
    ({ spec }) => {
      Object.assign(spec, { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'] })
    },
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
  ],
  [
    'provider',
    ({ spec }) => {
      spec.providerID = 'b'
    },
    'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
  ],
])('a node keeps its %s', (_what, change, error) => {
  const given = node({ spec: { podCIDRs: ['10.0.0.0/24'], providerID: 'a' } })
  expect(updateFailuresOf(nodes, given, change)).toEqual([error])
  expect(updateFailuresOf(nodes, node(), change)).toEqual([])
})
