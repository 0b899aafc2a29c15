import { describe, expect, test } from 'vitest'
import { ScalingHistory } from './scaling-history.ts'
import { limitByRules, limitPlainly } from './scaling-rules.ts'

const minute = 60_000

describe('a size without behaviour', () => {
  test.each([
    [{ current: 1, desired: 10, min: 1, max: 20 }, 4, 'ScaleUpLimit'],
    [{ current: 5, desired: 30, min: 1, max: 20 }, 10, 'ScaleUpLimit'],
    [{ current: 5, desired: 30, min: 1, max: 8 }, 8, 'TooManyReplicas'],
    [{ current: 5, desired: 1, min: 2, max: 8 }, 2, 'TooFewReplicas'],
    [{ current: 5, desired: 6, min: 2, max: 8 }, 6, 'DesiredWithinRange'],
  ])('%o becomes %i: %s', (bounds, replicas, reason) => {
    expect(limitPlainly(bounds)).toMatchObject({ replicas, reason })
  })

  test('shrinks only to the highest of the last five minutes', () => {
    const history = new ScalingHistory()
    history.begin(8, 0)
    expect(history.stabilized(3, minute)).toBe(8)
    expect(history.stabilized(5, 4 * minute)).toBe(8)
    expect(history.stabilized(3, 5 * minute + 1)).toBe(5)
    expect(history.stabilized(2, 12 * minute)).toBe(2)
  })
})

describe('a size with behaviour', () => {
  const rules = {
    up: {
      selectPolicy: 'Max',
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 60 },
        { type: 'Percent', value: 50, periodSeconds: 60 },
      ],
    },
    down: { selectPolicy: 'Min', policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
  }
  const nothing = { ups: [], downs: [] }

  test('grows by the most generous policy of a period', () => {
    const bounds = { current: 10, desired: 40, min: 1, max: 50 }
    expect(limitByRules(bounds, rules, nothing, 0)).toMatchObject({ replicas: 15 })
    const done = { ups: [{ change: 3, at: 0 }], downs: [] }
    expect(limitByRules(bounds, rules, done, 30_000)).toMatchObject({
      replicas: 11,
      reason: 'ScaleUpLimit',
    })
    expect(limitByRules(bounds, rules, done, 61_000)).toMatchObject({ replicas: 15 })
  })

  test('shrinks by what is left of a period', () => {
    const bounds = { current: 10, desired: 2, min: 1, max: 50 }
    expect(limitByRules(bounds, rules, nothing, 0)).toMatchObject({
      replicas: 9,
      reason: 'ScaleDownLimit',
    })
    const done = { ups: [], downs: [{ change: 1, at: 0 }] }
    expect(limitByRules(bounds, rules, done, 30_000).replicas).toBe(10)
  })

  test('does not shrink where that is disabled', () => {
    const down = { ...rules.down, selectPolicy: 'Disabled' }
    const bounds = { current: 10, desired: 2, min: 1, max: 50 }
    expect(limitByRules(bounds, { ...rules, down }, nothing, 0).replicas).toBe(10)
  })

  test('waits for its window before it grows', () => {
    const history = new ScalingHistory()
    const windows = {
      up: { stabilizationWindowSeconds: 60 },
      down: { stabilizationWindowSeconds: 0 },
    }
    history.begin(2, 0)
    expect(history.stabilizedByRules({ current: 2, desired: 5 }, windows, 30_000)).toBe(2)
    expect(history.stabilizedByRules({ current: 2, desired: 4 }, windows, 80_000)).toBe(4)
    expect(history.stabilizedByRules({ current: 4, desired: 1 }, windows, 90_000)).toBe(1)
  })
})
