import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { podToPlace, profileOf } from '../../../test/support/scheduling.ts'
import { SchedulingQueue } from './scheduling-queue.ts'

const pod = (uid: string, priority = 0) => podToPlace(uid, { priority })
const unfit = new Set(['NodeResourcesFit'])

function start() {
  const clock = new FakeClock()
  let wakes = 0
  const { plugins } = profileOf()
  const queue = new SchedulingQueue({ clock, plugins: () => plugins, onReady: () => wakes++ })
  return { clock, queue, wakes: () => wakes }
}

test('SchedulingQueue hands out pods by priority, then by age', () => {
  const { queue } = start()
  for (const info of [pod('a'), pod('b', 10), pod('c'), pod('d', 10)]) queue.put(info)
  const order = [queue.pop(), queue.pop(), queue.pop(), queue.pop()]
  expect(order.map(info => info?.uid)).toEqual(['b', 'd', 'a', 'c'])
  expect(queue.pop()).toBeUndefined()
})

test('SchedulingQueue brings a pod back only for a change that concerns what rejected it', async () => {
  const { queue, clock, wakes } = start()
  queue.put(pod('a'))
  queue.pop()
  queue.rejected('a', unfit)
  await clock.advance(20_000)
  const before = wakes()
  queue.changed({ change: 'node labels' })
  queue.changed({ change: 'pod added' })
  expect(wakes()).toBe(before)
  expect(queue.pop()).toBeUndefined()
  queue.changed({ change: 'pod removed' })
  expect(wakes()).toBeGreaterThan(before)
  expect(queue.pop()?.uid).toBe('a')
})

test('SchedulingQueue backs a pod whose binding failed off: 1 s, doubling up to 10 s', async () => {
  const { queue, clock } = start()
  queue.put(pod('a'))
  for (const seconds of [1, 2, 4, 8, 10, 10]) {
    expect(queue.pop()?.uid).toBe('a')
    queue.failed('a')
    await clock.advance(seconds * 1000 - 1)
    expect(queue.pop()).toBeUndefined()
    await clock.advance(1)
  }
})

test('SchedulingQueue tries every pod again after five minutes, and is idle until then', async () => {
  const { queue, clock, wakes } = start()
  queue.put(pod('a'))
  queue.pop()
  queue.rejected('a', unfit)
  const before = wakes()
  await clock.advance(299_999)
  expect(wakes()).toBe(before)
  expect(clock.pending).toBe(1)
  await clock.advance(1)
  expect(queue.pop()?.uid).toBe('a')
})

test('SchedulingQueue forgets what is removed', async () => {
  const { queue, clock } = start()
  queue.put(pod('a'))
  queue.put(pod('b'))
  queue.remove('a')
  expect(queue.pop()?.uid).toBe('b')
  queue.rejected('b', unfit)
  queue.remove('b')
  await clock.advance(400_000)
  expect([queue.pop(), queue.size, clock.pending]).toEqual([undefined, 0, 0])
})

test('SchedulingQueue holds a pod up until its gate opens: by a change of the pod, or of what the gate looks at', () => {
  const { plugins } = profileOf()
  let isOpen = false
  const queue = new SchedulingQueue({
    clock: new FakeClock(),
    plugins: () => plugins,
    gate: ({ name }) => (name === 'DynamicResources' && !isOpen ? 'not yet' : undefined),
    onReady: () => {},
  })
  queue.put(pod('a'))
  queue.put(pod('b'))
  expect(queue.pop()).toBeUndefined()
  isOpen = true
  queue.changed({ change: 'node taints' })
  expect(queue.pop()).toBeUndefined()
  queue.put(pod('a'))
  expect(queue.pop()?.uid).toBe('a')
  queue.changed({ change: 'device classes' })
  expect(queue.pop()?.uid).toBe('b')
})

test('SchedulingQueue puts a pod that was rejected behind those of its priority that are in line', async () => {
  const { queue, clock } = start()
  for (const uid of ['a', 'b', 'c']) queue.put(pod(uid))
  expect(queue.pop()?.uid).toBe('a')
  queue.rejected('a', unfit)
  await clock.advance(1000)
  queue.changed({ change: 'pod removed' })
  expect([queue.pop()?.uid, queue.pop()?.uid, queue.pop()?.uid]).toEqual(['b', 'c', 'a'])
})
