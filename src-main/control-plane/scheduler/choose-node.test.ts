import { expect, test } from 'vitest'
import type { Container, PodSpec } from '#kubernetes/api/core-v1.ts'
import {
  placeOf as choose,
  needing,
  nodeState as node,
  podToPlace as pod,
} from '../../../test/support/scheduling.ts'

test('podInfo counts sidecars with the containers, and init containers beside the sidecars before them', () => {
  const info = pod('p', {
    containers: needing('100m'),
    initContainers: [
      { ...needing('50m')[0], name: 'side', restartPolicy: 'Always' },
      { ...needing('500m')[0], name: 'init' },
      { ...needing('30m')[0], name: 'late', restartPolicy: 'Always' },
    ],
    overhead: { cpu: '10m' },
  })
  expect(info.requests['cpu']).toBe(560)
  const small = pod('q', {
    containers: needing('600m'),
    initContainers: info.pod.spec?.initContainers ?? [],
  })
  expect(small.requests['cpu']).toBe(680)
})

test('the emptiest node is liked best', () => {
  const full = node('full')
  full.add(pod('there', { containers: needing('3') }))
  expect(choose(pod('new', { containers: needing('500m') }), [full, node('empty')])).toBe('empty')
})

test('host ports collide by port and protocol, on any address', () => {
  const web = (hostIP?: string, protocol?: 'UDP') => ({
    containers: [
      {
        name: 'c',
        ports: [
          {
            containerPort: 80,
            hostPort: 80,
            ...(hostIP ? { hostIP } : {}),
            ...(protocol ? { protocol } : {}),
          },
        ],
      },
    ],
  })
  const taken = node('a')
  taken.add(pod('there', web('10.0.0.1')))
  expect(choose(pod('any', web()), [taken])).toContain(
    "1 node(s) didn't have free ports for the requested pod ports",
  )
  expect(choose(pod('udp', web(undefined, 'UDP')), [taken])).toBe('a')
  expect(choose(pod('other', web('10.0.0.2')), [taken])).toBe('a')
  const [container] = web().containers
  const initContainers = [{ ...container, name: 'first' }] as Container[]
  expect(choose(pod('first', { initContainers }), [taken])).toBe('a')
  const sidecars = [{ ...container, name: 'sidecar', restartPolicy: 'Always' }] as Container[]
  expect(choose(pod('beside', { initContainers: sidecars }), [taken])).toContain('free ports')
})

test('node affinity reads every operator', () => {
  const nodes = [
    node('n1', { labels: { gen: '3' } }),
    node('n2', { labels: { gen: '7', disk: 'ssd' } }),
  ]
  const wanting = (
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt',
    key: string,
    values?: string[],
  ) =>
    choose(
      pod('p', {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key, operator, ...(values ? { values } : {}) }] },
              ],
            },
          },
        },
      }),
      nodes,
    )
  expect(wanting('Gt', 'gen', ['5'])).toBe('n2')
  expect(wanting('Lt', 'gen', ['5'])).toBe('n1')
  expect(wanting('Exists', 'disk')).toBe('n2')
  expect(wanting('DoesNotExist', 'disk')).toBe('n1')
  expect(wanting('NotIn', 'gen', ['7'])).toBe('n1')
  expect(wanting('In', 'gen', ['9'])).toBe(
    "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. " +
      'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  )
})

test('pod affinity brings together, anti-affinity keeps apart, also on the word of those who are there', () => {
  const term = {
    labelSelector: { matchLabels: { app: 'db' } },
    topologyKey: 'kubernetes.io/hostname',
  }
  const near: Partial<PodSpec> = {
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
  }
  const away: Partial<PodSpec> = {
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
  }
  const [a, b] = [node('a'), node('b')]
  expect(choose(pod('alone', near), [a, b])).toContain("2 node(s) didn't match pod affinity rules")
  expect(choose(pod('first', near, { app: 'db' }), [a])).toBe('a')
  b.add(pod('db-0', away, { app: 'db' }))
  expect(choose(pod('client', near), [a, b])).toBe('b')
  expect(choose(pod('db-1', away, { app: 'db' }), [a, b])).toBe('a')
  expect(choose(pod('db-2', {}, { app: 'db' }), [b])).toContain(
    "1 node(s) didn't satisfy existing pods anti-affinity rules",
  )
})

test('topology spread holds the skew over zones', () => {
  const zone = (name: string) => ({ labels: { 'topology.kubernetes.io/zone': name } })
  const [a, b] = [node('a', zone('z1')), node('b', zone('z2'))]
  const spread: Partial<PodSpec> = {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'web' } },
      },
    ],
  }
  a.add(pod('web-0', {}, { app: 'web' }))
  expect(choose(pod('web-1', spread, { app: 'web' }), [a, b])).toBe('b')
  expect(choose(pod('web-1', spread, { app: 'web' }), [a, node('bare'), b])).toBe('b')
  b.node = {
    ...b.node,
    metadata: { ...b.node?.metadata, name: 'b' },
    spec: { unschedulable: true },
  } as typeof b.node
  expect(choose(pod('web-1', spread, { app: 'web' }), [a, b])).toBe(
    "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable. " +
      'preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, ' +
      '1 Preemption is not helpful for scheduling.',
  )
})

test('a pod that no node can ever hold says so, and a full node counts its pods', () => {
  const full = node('full')
  for (let index = 0; index < 10; index++) full.add(pod(`p${index}`))
  expect(choose(pod('huge', { containers: needing('64') }), [full, node('free')])).toBe(
    '0/2 nodes are available: 1 Too many pods, 2 Insufficient cpu. ' +
      'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  )
})
