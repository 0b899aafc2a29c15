import { expect, test } from 'vitest'
import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import { needing, nodeState, podToPlace, victimsFor } from '../../../test/support/scheduling.ts'

type Pod = ReturnType<typeof podToPlace>

const time = '2026-01-01T00:00:00Z'
const pod = (name: string, priority: number, cpu: string, startTime = time): Pod =>
  podToPlace(name, { priority, containers: needing(cpu) }, { name }, { startTime })
const node = (name: string, ...pods: Pod[]) => nodeState(name, {}, ...pods)
const budgetOf = (name: string, disruptionsAllowed: number): PodDisruptionBudget => ({
  metadata: { name, namespace: 'default' },
  spec: { selector: { matchLabels: { name } } },
  status: { disruptionsAllowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
})

/** `node: victim,victim`, or why there is none. */
function displaced(
  info: Pod,
  nodes: ReturnType<typeof node>[],
  budgets: PodDisruptionBudget[] = [],
): string {
  const found = victimsFor(info, nodes, { budgets })
  if (typeof found === 'string') return found
  return `${found.node.name}: ${found.victims.map(({ uid }) => uid).join(',')}`
}

test('only as many go as must, the least important and the youngest first', () => {
  const old = pod('old', 1, '1')
  const young = pod('young', 1, '1', '2026-01-02T00:00:00Z')
  const crowded = node('n', pod('important', 5, '1'), young, old, pod('tiny', 0, '1'))
  expect(displaced(pod('new', 9, '2'), [crowded])).toBe('n: young,tiny')
  expect(crowded.pods.size).toBe(4)
  expect(crowded.requested['cpu']).toBe(4000)
})

test('the node whose victims matter least is taken', () => {
  const nodes = [
    node('high', pod('a', 5, '4')),
    node('two', pod('b', 2, '2'), pod('c', 2, '2')),
    node('one', pod('d', 2, '4')),
  ]
  expect(displaced(pod('new', 9, '4'), nodes)).toBe('one: d')
  const late = node('late', pod('e', 2, '4', '2026-01-02T00:00:00Z'))
  expect(displaced(pod('new', 9, '4'), [...nodes, late])).toBe('late: e')
})

test('budgets come before everything', () => {
  const nodes = [node('guarded', pod('a', 1, '4')), node('free', pod('b', 5, '4'))]
  expect(displaced(pod('new', 9, '4'), nodes, [budgetOf('a', 0)])).toBe('free: b')
  expect(displaced(pod('new', 9, '4'), nodes, [budgetOf('a', 1)])).toBe('guarded: a')
  const both = [budgetOf('a', 0), budgetOf('b', 0)]
  expect(displaced(pod('new', 9, '4'), nodes, both)).toBe('guarded: a')
})
