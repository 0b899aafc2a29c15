import { expect, test } from 'vitest'
import type { TopologySpreadConstraint } from '#kubernetes/api/core-v1.ts'
import { listersOf, nodeState, placeOf, podToPlace } from '../../../../test/support/scheduling.ts'

const zone = 'topology.kubernetes.io/zone'
const app = { app: 'web' }
const constraint = (more: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint => ({
  maxSkew: 1,
  topologyKey: zone,
  whenUnsatisfiable: 'DoNotSchedule',
  labelSelector: { matchLabels: app },
  ...more,
})
const web = (name: string, ...constraints: TopologySpreadConstraint[]) =>
  podToPlace(name, { topologySpreadConstraints: constraints }, app)
const inZone = (name: string, value: string, count = 0, more: object = {}) =>
  nodeState(
    name,
    { labels: { [zone]: value }, ...more },
    ...Array.from({ length: count }, (_, index) => web(`${name}-${index}`)),
  )

const skewed = "didn't match pod topology spread constraints"

test('minDomains: too few zones count as an empty one', () => {
  const nodes = [inZone('a', 'z1', 1), inZone('b', 'z2', 1)]
  expect(['a', 'b']).toContain(placeOf(web('new', constraint({ minDomains: 2 })), nodes))
  expect(placeOf(web('new', constraint({ minDomains: 3 })), nodes)).toContain(`2 node(s) ${skewed}`)
})

test('nodeAffinityPolicy: zones that the pod can’t go to count only when they are not ignored', () => {
  const nodes = [inZone('a', 'z1', 1), inZone('b', 'z2', 0)]
  const choosy = (policy: 'Honor' | 'Ignore') =>
    podToPlace(
      'new',
      {
        nodeSelector: { [zone]: 'z1' },
        topologySpreadConstraints: [constraint({ nodeAffinityPolicy: policy })],
      },
      app,
    )
  expect(placeOf(choosy('Honor'), nodes)).toBe('a')
  expect(placeOf(choosy('Ignore'), nodes)).toContain(skewed)
})

test('nodeTaintsPolicy: tainted nodes count unless taints are honoured', () => {
  const taints = [{ key: 'k', effect: 'NoSchedule' as const }]
  const nodes = [inZone('a', 'z1', 1), inZone('b', 'z2', 0, { spec: { taints } })]
  expect(placeOf(web('new', constraint({ nodeTaintsPolicy: 'Honor' })), nodes)).toBe('a')
  expect(placeOf(web('new', constraint()), nodes)).toContain(skewed)
})

test('matchLabelKeys: only pods of the same revision count', () => {
  const revision = (name: string, hash: string, constraints: TopologySpreadConstraint[] = []) =>
    podToPlace(name, { topologySpreadConstraints: constraints }, { ...app, 'pod-hash': hash })
  const [a, b] = [inZone('a', 'z1'), inZone('b', 'z2')]
  for (const name of ['o1', 'o2']) a.add(revision(name, 'old'))
  b.add(revision('n1', 'new'))
  const constraints = [constraint({ matchLabelKeys: ['pod-hash'] })]
  expect(placeOf(revision('n2', 'new', constraints), [a, b])).toBe('a')
  expect(placeOf(revision('n2', 'new', [constraint()]), [a, b])).toBe('b')
})

test('several constraints hold at once; nodes without all labels are passed over and not counted', () => {
  const both = [constraint(), constraint({ topologyKey: 'kubernetes.io/hostname' })]
  const nodes = [inZone('a', 'z1', 1), inZone('b', 'z2', 0), nodeState('bare')]
  expect(placeOf(web('new', ...both), nodes)).toBe('b')
  expect(placeOf(web('new', ...both), [nodeState('bare')])).toContain(
    `1 node(s) ${skewed} (missing required label)`,
  )
})

test('pods that leave don’t count, nor do those of other namespaces', () => {
  const [a, b] = [inZone('a', 'z1'), inZone('b', 'z2', 1)]
  const leaving = web('leaving')
  leaving.pod.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'
  a.add(leaving)
  a.add(podToPlace('other', {}, app, { namespace: 'other' }))
  expect(placeOf(web('new', constraint()), [a, b])).toBe('a')
})

test('ScheduleAnyway prefers the emptier zone', () => {
  const nodes = [inZone('a', 'z1', 3), inZone('b', 'z2', 1), inZone('c', 'z3', 2)]
  const soft = constraint({ whenUnsatisfiable: 'ScheduleAnyway' })
  expect(placeOf(web('new', soft), nodes)).toBe('b')
})

test('pods of a Service or a workload are spread without being asked', () => {
  // Four others fill the first node, so that resources alone would choose it never, and pods of the group the second.
  const nodes = [inZone('a', 'z1', 2), inZone('b', 'z2', 0)]
  for (const name of ['x', 'y', 'z']) nodes[1]?.add(podToPlace(name))
  const service = { metadata: { name: 'web', namespace: 'default' }, spec: { selector: app } }
  const listers = listersOf({ services: [service] })
  expect(placeOf(web('new'), nodes, { listers })).toBe('b')
  const owner = { kind: 'ReplicaSet', name: 'web-1' }
  const set = {
    metadata: { name: 'web-1', namespace: 'default' },
    spec: { selector: { matchLabels: app } },
  }
  const owned = podToPlace('new', {}, app, { owner })
  expect(placeOf(owned, nodes, { listers: listersOf({ replicaSets: [set] }) })).toBe('b')
})
