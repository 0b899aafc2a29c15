import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { Rounds } from './rounds.ts'

test('Rounds calls a thousand members once a period with twenty timers', async () => {
  const clock = new FakeClock()
  using rounds = new Rounds(clock, 10_000)
  const calls = new Array<number>(1000).fill(0)
  for (const index of calls.keys()) {
    rounds.join(async () => {
      calls[index] = (calls[index] ?? 0) + 1
    })
  }
  expect(clock.pending).toBe(20)
  await clock.advance(10_000)
  expect(new Set(calls)).toEqual(new Set([1]))
  await clock.advance(20_000)
  expect(new Set(calls)).toEqual(new Set([3]))
})

test('Rounds neither calls who left nor keeps a timer for nobody', async () => {
  const clock = new FakeClock()
  using rounds = new Rounds(clock, 1000)
  let calls = 0
  const joined = rounds.join(async () => {
    calls++
  })
  await clock.advance(1000)
  joined[Symbol.dispose]()
  await clock.advance(5000)
  expect([calls, clock.pending]).toEqual([1, 0])
})

test('Rounds never calls a member while its last call is under way, and no other waits for it', async () => {
  const clock = new FakeClock()
  using rounds = new Rounds(clock, 1000)
  const first = Promise.withResolvers<void>()
  let calls = 0
  let others = 0
  rounds.join(() => {
    calls++
    return first.promise
  })
  rounds.join(async () => {
    others++
  })
  await clock.advance(5000)
  expect([calls, others]).toEqual([1, 5])
  first.resolve()
  await clock.advance(1000)
  expect([calls, others]).toEqual([2, 6])
})

test('Rounds that are disposed while a call is under way call nobody any more', async () => {
  const clock = new FakeClock()
  const rounds = new Rounds(clock, 1000)
  const first = Promise.withResolvers<void>()
  rounds.join(() => first.promise)
  await clock.advance(1000)
  rounds[Symbol.dispose]()
  first.resolve()
  await clock.advance(1000)
  expect(clock.pending).toBe(0)
})
