import { expect, test } from 'vitest'
import { FairQueues, handOf } from './fair-queues.ts'

const shape = { queues: 16, handSize: 4, queueLengthLimit: 3 }
const waiting = (flow: string, width = 1) => ({ flow, schema: 'any', width, start() {} })

test('a hand is of different queues, always the same for a flow', () => {
  const hand = handOf('jane', shape)
  expect(new Set(hand).size).toBe(4)
  for (const card of hand) expect(card).toBeLessThan(16)
  expect(handOf('jane', shape)).toEqual(hand)
  expect(handOf('john', shape)).not.toEqual(hand)
  expect(handOf('jane', { ...shape, queues: 4 }).sort()).toEqual([0, 1, 2, 3])
})

test('a flow fills its own queues only', () => {
  const queues = new FairQueues(shape)
  for (let count = 0; count < 12; count++) expect(queues.add(waiting('elephant'))).toBe(true)
  expect(queues.add(waiting('elephant'))).toBe(false)
  expect(queues.add(waiting('mouse'))).toBe(true)
  expect(queues.size).toBe(13)
})

test('a flow that asks little does not wait for one that asks much', () => {
  const queues = new FairQueues(shape)
  for (let count = 0; count < 12; count++) queues.add(waiting('elephant'))
  queues.shift()
  queues.add(waiting('mouse'))
  const order = Array.from({ length: 12 }, () => queues.shift()?.flow)
  expect(order.indexOf('mouse')).toBeLessThan(5)
  expect(queues.size).toBe(0)
})

test('who takes more seats is served less often', () => {
  const spread = { queues: 64, handSize: 1, queueLengthLimit: 50 }
  const queues = new FairQueues(spread)
  expect(handOf('wide', spread)).not.toEqual(handOf('narrow', spread))
  for (let count = 0; count < 20; count++) {
    queues.add(waiting('wide', 4))
    queues.add(waiting('narrow'))
  }
  const served = Array.from({ length: 20 }, () => queues.shift()?.flow)
  expect(served.filter(flow => flow === 'narrow').length).toBeGreaterThanOrEqual(15)
})

test('who waits no longer is taken out', () => {
  const queues = new FairQueues(shape)
  const request = waiting('jane')
  queues.add(request)
  expect(queues.remove(request)).toBe(true)
  expect(queues.remove(request)).toBe(false)
  expect(queues.first()).toBeUndefined()
})
