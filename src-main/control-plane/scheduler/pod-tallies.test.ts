import { expect, test } from 'vitest'
import { nodeState, podToPlace } from '../../../test/support/scheduling.ts'
import { NodeState } from './node-state.ts'
import { podQuery } from './pod-query.ts'
import { PodTallies } from './pod-tallies.ts'

const web = podQuery(['default'], { matchLabels: { app: 'web' } }, { leaving: false })
const podOf = (name: string, app: string) => podToPlace(name, {}, { app })

test('PodTallies counts what was there before the question, and keeps up with what comes and goes', () => {
  const tallies = new PodTallies()
  const a = new NodeState('a', tallies)
  const b = new NodeState('b', tallies)
  a.add(podOf('1', 'web'))
  a.add(podOf('2', 'other'))
  expect([a.count(web), b.count(web)]).toEqual([1, 0])
  b.add(podOf('3', 'web'))
  b.add(podOf('4', 'web'))
  a.remove('1')
  expect([a.count(web), b.count(web)]).toEqual([0, 2])
  // A pod that is seen again with other labels.
  b.add(podOf('4', 'other'))
  expect(b.count(web)).toBe(1)
})

test('PodTallies tells of more questions than it keeps answers to', () => {
  const node = nodeState('a', {}, podOf('1', 'web'))
  for (let index = 0; index < 1000; index++) {
    const query = podQuery(['default'], { matchLabels: { app: `app-${index}` } }, { leaving: true })
    expect(node.count(query)).toBe(0)
  }
  expect(node.count(web)).toBe(1)
})
