import { expect, test } from 'vitest'
import type { Affinity, PodAffinityTerm } from '#kubernetes/api/core-v1.ts'
import {
  listersOf,
  nodeState,
  placeOf,
  podToPlace,
  profileOf,
} from '../../../../test/support/scheduling.ts'

const host = 'kubernetes.io/hostname'
const zone = 'topology.kubernetes.io/zone'
const term = (app: string, more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  labelSelector: { matchLabels: { app } },
  topologyKey: host,
  ...more,
})
const near = (...terms: PodAffinityTerm[]): Affinity => ({
  podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms },
})
const away = (...terms: PodAffinityTerm[]): Affinity => ({
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms },
})
const prefer = (
  kind: 'podAffinity' | 'podAntiAffinity',
  weight: number,
  app: string,
): Affinity => ({
  [kind]: {
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm: term(app) }],
  },
})
const pod = (name: string, app: string, affinity: Affinity = {}, namespace = 'default') =>
  podToPlace(name, { affinity }, { app }, { namespace })
const namespaces = [
  { metadata: { name: 'default', labels: { team: 'a' } } },
  { metadata: { name: 'other', labels: { team: 'b' } } },
  { metadata: { name: 'third', labels: { team: 'c' } } },
]
const listers = listersOf({ namespaces })

test.for([
  ['the own namespace unless told', {}, "1 node(s) didn't match pod affinity rules"],
  ['listed namespaces', { namespaces: ['other'] }, 'n'],
  ['every namespace', { namespaceSelector: {} }, 'n'],
  ['namespaces with a label', { namespaceSelector: { matchLabels: { team: 'b' } } }, 'n'],
  [
    'no namespace with another label',
    { namespaceSelector: { matchLabels: { team: 'c' } } },
    "1 node(s) didn't match pod affinity rules",
  ],
  [
    'listed ones beside those with a label',
    { namespaces: ['other'], namespaceSelector: { matchLabels: { team: 'c' } } },
    'n',
  ],
] as const)('affinity reaches over %s', ([, scope, answer]) => {
  const node = nodeState('n', {}, pod('db', 'db', {}, 'other'))
  const affinity = near(term('db', scope as Partial<PodAffinityTerm>))
  expect(placeOf(pod('client', 'client', affinity), [node], { listers })).toContain(answer)
})

test('anti-affinity of those who are there reaches over the namespaces that they name', () => {
  const scope = { namespaceSelector: { matchLabels: { team: 'a' } } }
  const node = nodeState('n', {}, pod('shy', 'shy', away(term('loud', scope)), 'other'))
  expect(placeOf(pod('loud', 'loud'), [node], { listers })).toContain(
    "1 node(s) didn't satisfy existing pods anti-affinity rules",
  )
  expect(placeOf(pod('loud', 'loud', {}, 'third'), [node], { listers })).toBe('n')
})

test('matchLabelKeys and mismatchLabelKeys narrow by the pod’s own labels', () => {
  const tenant = (name: string, value: string, affinity: Affinity = {}) =>
    podToPlace(name, { affinity }, { app: 'db', tenant: value })
  const node = nodeState('n', {}, tenant('a1', 'a'))
  const same = away(term('db', { matchLabelKeys: ['tenant'] }))
  const others = away(term('db', { mismatchLabelKeys: ['tenant'] }))
  expect(placeOf(tenant('a2', 'a', same), [node], { listers })).toContain('anti-affinity rules')
  expect(placeOf(tenant('b1', 'b', same), [node], { listers })).toBe('n')
  expect(placeOf(tenant('a2', 'a', others), [node], { listers })).toBe('n')
  expect(placeOf(tenant('b1', 'b', others), [node], { listers })).toContain('anti-affinity rules')
})

test('of several required terms one pod must match all, and the first of a group may come', () => {
  const both = { labelSelector: { matchLabels: { app: 'db' } } }
  const red = { labelSelector: { matchLabels: { colour: 'red' } } }
  const affinity = near({ ...both, topologyKey: host }, { ...red, topologyKey: host })
  const apart = nodeState(
    'apart',
    {},
    podToPlace('x', {}, { app: 'db' }),
    podToPlace('y', {}, { colour: 'red' }),
  )
  const whole = nodeState('whole', {}, podToPlace('z', {}, { app: 'db', colour: 'red' }))
  const client = podToPlace('client', { affinity })
  expect(placeOf(client, [apart, whole], { listers })).toBe('whole')
  expect(placeOf(client, [apart], { listers })).toContain("didn't match pod affinity rules")
  const first = podToPlace('first', { affinity }, { app: 'db', colour: 'red' })
  expect(placeOf(first, [apart], { listers })).toBe('apart')
  const bare = nodeState('bare', { labels: { [host]: undefined as never } })
  expect(placeOf(first, [bare], { listers })).toContain("didn't match pod affinity rules")
})

test('wishes are weighed: the pod’s own, and those of the pods that are there', () => {
  const nodes = () => [
    nodeState('friend', {}, pod('f', 'friend')),
    nodeState('foe', {}, pod('e', 'foe')),
    nodeState('fan', {}, pod('g', 'fan', prefer('podAffinity', 60, 'star'))),
    nodeState('hater', {}, pod('h', 'hater', prefer('podAntiAffinity', 60, 'star'))),
  ]
  const only = (args: object = {}) => ({
    listers,
    profile: profileOf({
      profiles: [
        {
          plugins: {
            score: { disabled: [{ name: '*' }], enabled: [{ name: 'InterPodAffinity' }] },
          },
          pluginConfig: [{ name: 'InterPodAffinity', args }],
        },
      ],
    }),
  })
  const wishing = pod('new', 'x', prefer('podAffinity', 10, 'friend'))
  expect(placeOf(wishing, nodes(), only())).toBe('friend')
  expect(placeOf(pod('new', 'star'), nodes(), only())).toBe('fan')
  const both = pod('new', 'star', prefer('podAffinity', 80, 'foe'))
  expect(placeOf(both, nodes(), only())).toBe('foe')
  const ignoring = only({ ignorePreferredTermsOfExistingPods: true })
  const wish = pod('new', 'star', prefer('podAffinity', 10, 'friend'))
  expect(placeOf(wish, nodes(), ignoring)).toBe('friend')
  expect(placeOf(wish, nodes(), only())).toBe('fan')
})

test('a required term of a pod that is there draws those that it wants near, as heavily as the profile says', () => {
  const labels = (value: string) => ({ labels: { [zone]: value } })
  const wants = podToPlace(
    'g',
    { affinity: near(term('star', { topologyKey: zone })) },
    { app: 'g' },
  )
  const nodes = [nodeState('plain', labels('z1')), nodeState('wanting', labels('z2'), wants)]
  const by = (hardPodAffinityWeight: number) => ({
    listers,
    profile: profileOf({
      profiles: [
        {
          plugins: {
            score: { disabled: [{ name: '*' }], enabled: [{ name: 'InterPodAffinity' }] },
          },
          pluginConfig: [{ name: 'InterPodAffinity', args: { hardPodAffinityWeight } }],
        },
      ],
    }),
  })
  expect(placeOf(pod('new', 'star'), nodes, by(1))).toBe('wanting')
  expect(by(0).profile.scores).toHaveLength(1)
  expect(placeOf(pod('new', 'star'), nodes.toReversed(), by(1))).toBe('wanting')
})
