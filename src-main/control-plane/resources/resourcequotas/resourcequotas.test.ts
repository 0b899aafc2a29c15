import { expect, test } from 'vitest'
import type { ResourceQuota, ResourceQuotaSpec } from '#kubernetes/api/core-v1.ts'
import { created, failuresOf, updateFailuresOf } from '../shared/testing.ts'
import { resourceQuotas } from './resourcequotas.ts'

const quota = (spec: ResourceQuotaSpec): ResourceQuota => ({
  metadata: { name: 'cap', namespace: 'default' },
  spec,
})

test('amounts are written as the server writes them', () => {
  expect(
    created(resourceQuotas, quota({ hard: { memory: '1024Mi', cpu: '0.5' } })).spec.hard,
  ).toEqual({
    memory: '1Gi',
    cpu: '500m',
  })
})

test('the columns show requests and limits', () => {
  const object: ResourceQuota = {
    ...quota({}),
    status: { hard: { pods: '2', 'limits.cpu': '1' }, used: { pods: '1' } },
  }
  expect(resourceQuotas.columns.slice(1, 3).map(({ value }) => value(object, 0))).toEqual([
    'pods: 1/2',
    'limits.cpu: 0/1',
  ])
})

test.each<[string, ResourceQuotaSpec, string[]]>([
  [
    'of everything',
    { hard: { pods: '1', 'count/jobs.batch': '2', 'requests.nvidia.com/gpu': '1' } },
    [],
  ],
  [
    'of an unknown resource',
    { hard: { bananas: '1' } },
    [
      'spec.hard[bananas]: Invalid value: "bananas": must be a standard resource type or fully qualified',
    ],
  ],
  [
    'of what is no resource for quotas',
    { hard: { storage: '1' } },
    ['spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota'],
  ],
  [
    'of half a pod',
    { hard: { pods: '500m' } },
    ['spec.hard[pods]: Invalid value: "500m": must be an integer'],
  ],
  [
    'below zero',
    { hard: { cpu: '-1' } },
    ['spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
  ],
  [
    'with scopes that exclude each other',
    { hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] },
    ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes'],
  ],
  [
    'with a scope that its resources have not',
    { hard: { cpu: '1' }, scopes: ['BestEffort'] },
    ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'],
  ],
  [
    'with a selector without values',
    {
      hard: { pods: '1' },
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In' }] },
    },
    [
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    ],
  ],
])('a quota %s', (_, spec, problems) => {
  expect(failuresOf(resourceQuotas, quota(spec))).toEqual(problems)
})

test('a quota keeps its scopes', () => {
  const given = quota({ hard: { pods: '1' }, scopes: ['BestEffort'] })
  const problems = updateFailuresOf(resourceQuotas, given, ({ spec }) => {
    spec.scopes = ['NotBestEffort']
  })
  expect(problems).toEqual(['spec.scopes: Invalid value: ["NotBestEffort"]: field is immutable'])
})
