import { expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { FakeClock } from '#base/fake-clock.ts'
import { WorkQueue } from './work-queue.ts'

test('WorkQueue hands out keys in order and merges duplicates', async () => {
  const queue = new WorkQueue(new FakeClock())
  for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key)
  expect([await queue.next(), await queue.next(), await queue.next()]).toEqual(['a', 'b', 'c'])
  expect(queue.length).toBe(0)
})

test('WorkQueue never gives a key to two workers, and runs it again when added meanwhile', async () => {
  const queue = new WorkQueue(new FakeClock())
  queue.add('a')
  expect(await queue.next()).toBe('a')
  queue.add('a')
  queue.add('a')
  const second = queue.next()
  let handed: string | undefined
  void second.then(key => {
    handed = key
  })
  await Promise.resolve()
  expect(handed).toBeUndefined()
  queue.done('a')
  expect(await second).toBe('a')
  queue.done('a')
  expect(queue.idle).toBe(true)
})

test('WorkQueue holds its guarantees under random use', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 100_000)
  let state = seed
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
  const clock = new FakeClock()
  const queue = new WorkQueue(clock)
  const holding = new Set<string>()
  const addedAfterStart = new Map<string, boolean>()
  const failures: string[] = []
  const done = queue.work(4, async key => {
    if (holding.has(key)) failures.push(`${key} is with two workers`)
    holding.add(key)
    addedAfterStart.set(key, false)
    await new Promise<void>(resolve => clock.after(1 + random(20), resolve))
    holding.delete(key)
  })
  for (let step = 0; step < 500; step++) {
    const key = `k${random(7)}`
    addedAfterStart.set(key, true)
    if (random(3) === 0) queue.addAfter(key, random(30))
    else queue.add(key)
    if (random(4) === 0) await clock.advance(random(10))
  }
  await clock.advance(10_000)
  expect(failures, `seed ${seed}`).toEqual([])
  expect([...addedAfterStart.values()].some(Boolean), `seed ${seed}: a key was lost`).toBe(false)
  queue[Symbol.dispose]()
  await done
})

test('WorkQueue delays: the earliest of several delays wins', async () => {
  const clock = new FakeClock()
  const queue = new WorkQueue(clock)
  queue.addAfter('a', 1000)
  queue.addAfter('a', 100)
  queue.addAfter('a', 5000)
  await clock.advance(99)
  expect(queue.length).toBe(0)
  await clock.advance(1)
  expect(queue.length).toBe(1)
  expect(clock.pending).toBe(0)
})

test('WorkQueue lets others have their turn when a worker keeps asking for its key at once', async () => {
  const queue = new WorkQueue(systemClock)
  let turns = 0
  const done = queue.work(1, async key => {
    turns += 1
    if (turns < 1000) queue.addAfter(key, 0)
  })
  queue.add('a')
  let turnsBeforeOthers = 0
  await new Promise<void>(resolve =>
    systemClock.after(0, () => {
      turnsBeforeOthers = turns
      resolve()
    }),
  )
  queue[Symbol.dispose]()
  await done
  expect(turnsBeforeOthers).toBeLessThan(1000)
})

test('WorkQueue adds a key that no worker has at once when its delay is over', async () => {
  const queue = new WorkQueue(new FakeClock())
  for (const ms of [0, -5, Number.NEGATIVE_INFINITY]) {
    queue.addAfter('a', ms)
    expect(queue.length).toBe(1)
    expect(await queue.next()).toBe('a')
    queue.done('a')
  }
})

test('WorkQueue backs a failing key off from 5 ms, doubling, until it is forgotten', async () => {
  const clock = new FakeClock()
  const queue = new WorkQueue(clock)
  for (const expected of [5, 10, 20, 40]) {
    queue.addRateLimited('a')
    await clock.advance(expected - 1)
    expect(queue.length).toBe(0)
    await clock.advance(1)
    expect(await queue.next()).toBe('a')
    queue.done('a')
  }
  expect(queue.failures('a')).toBe(4)
  queue.forget('a')
  queue.addRateLimited('a')
  await clock.advance(5)
  expect(queue.length).toBe(1)
})

test('WorkQueue ends its workers after what they hold', async () => {
  const clock = new FakeClock()
  const queue = new WorkQueue(clock)
  const handled: string[] = []
  const done = queue.work(2, async key => {
    handled.push(key)
  })
  queue.add('a')
  await clock.advance(1)
  queue.addAfter('b', 10)
  queue[Symbol.dispose]()
  await done
  queue.add('c')
  await clock.advance(100)
  expect(handled).toEqual(['a'])
  expect(clock.pending).toBe(0)
})
