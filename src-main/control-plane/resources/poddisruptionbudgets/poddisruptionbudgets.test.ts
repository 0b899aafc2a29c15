import { expect, test } from 'vitest'
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from '#kubernetes/api/policy-v1.ts'
import { created, failuresOf, statusFailuresOf } from '../shared/testing.ts'
import { podDisruptionBudgets } from './poddisruptionbudgets.ts'

const budget = (spec: PodDisruptionBudgetSpec): PodDisruptionBudget => ({
  metadata: { name: 'guard', namespace: 'default' },
  spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
})
const cells = (object: PodDisruptionBudget) =>
  podDisruptionBudgets.columns.slice(1, 4).map(({ value }) => value(object, 0))

test('a new budget allows nothing', () => {
  const fresh = created(podDisruptionBudgets, budget({ minAvailable: '50%' }))
  expect(fresh.status).toEqual({
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
  })
  expect(cells(fresh)).toEqual(['50%', 'N/A', 0])
})

test.each<[string, PodDisruptionBudgetSpec, string[]]>([
  ['nothing', { maxUnavailable: 0 }, []],
  [
    'a negative number',
    { minAvailable: -1 },
    ['spec.minAvailable: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'more than everything',
    { maxUnavailable: '101%' },
    ['spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
  ],
  [
    'no percentage',
    { minAvailable: 'half' },
    [
      `spec.minAvailable: Invalid value: "half": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
    ],
  ],
  [
    'an unknown policy',
    { unhealthyPodEvictionPolicy: 'Never' as 'AlwaysAllow' },
    [
      'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ],
  ],
])('a budget with %s', (_, spec, problems) => {
  expect(failuresOf(podDisruptionBudgets, budget(spec))).toEqual(problems)
})

test('a budget has one bound', () => {
  const [problem, ...others] = failuresOf(
    podDisruptionBudgets,
    budget({ minAvailable: 1, maxUnavailable: 1 }),
  )
  expect(problem).toMatch(
    /^spec: Invalid value: .*: minAvailable and maxUnavailable cannot be both set$/,
  )
  expect(others).toEqual([])
})

test('a status has no negative counts, and conditions of their form', () => {
  const problems = statusFailuresOf(podDisruptionBudgets, budget({}), ({ status }) => {
    if (!status) return
    status.disruptionsAllowed = -1
    status.conditions = [
      {
        type: 'DisruptionAllowed',
        status: 'maybe',
        reason: '',
        message: '',
        lastTransitionTime: '',
      },
    ]
  })
  expect(problems).toEqual([
    'status.conditions[0].status: Unsupported value: "maybe": supported values: "False", "True", "Unknown"',
    'status.conditions[0].lastTransitionTime: Required value',
    'status.conditions[0].reason: Required value',
    'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
  ])
})
