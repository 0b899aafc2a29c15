import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { SyncLoop } from './sync-loop.ts'

/** A loop whose rounds do what a test says; `began` says when each began, in milliseconds. */
function startLoop(round: () => Promise<void>, isBrokenOff = () => false) {
  const clock = new FakeClock()
  const began: number[] = []
  const failures: unknown[] = []
  const loop = new SyncLoop({
    clock,
    round() {
      began.push(clock.monotonic())
      return round()
    },
    isBrokenOff,
    onFailure: error => failures.push(error),
  })
  return { clock, loop, began, failures }
}

test('a loop that is woken during a round begins one more when that one ends', async () => {
  const first = Promise.withResolvers<void>()
  const { clock, loop, began } = startLoop(() => first.promise)
  loop.wake()
  loop.wake()
  loop.wake()
  await clock.advance(0)
  expect(began).toHaveLength(1)
  first.resolve()
  await clock.advance(0)
  expect(began).toHaveLength(2)
})

test('a loop tries a failed round again, later each time up to ten seconds, and anew after a success', async () => {
  let fails = true
  const { clock, loop, began, failures } = startLoop(async () => {
    if (fails) throw new Error('the engine is away')
  })
  loop.wake()
  await clock.advance(26_000)
  expect(began).toEqual([0, 1000, 3000, 7000, 15_000, 25_000])
  expect(failures).toHaveLength(6)
  fails = false
  await clock.advance(9000)
  fails = true
  loop.wake()
  await clock.advance(1000)
  expect(began.slice(6)).toEqual([35_000, 35_000, 36_000])
})

test('a loop keeps silent about a round that was broken off for another one', async () => {
  const round = Promise.withResolvers<void>()
  let isBrokenOff = false
  const { clock, loop, began, failures } = startLoop(
    () => (isBrokenOff ? Promise.resolve() : round.promise),
    () => isBrokenOff,
  )
  loop.wake()
  isBrokenOff = true
  loop.wake()
  round.reject(new Error('aborted'))
  await clock.advance(0)
  expect(began).toHaveLength(2)
  expect(failures).toEqual([])
})

test('a loop that is stopped lets the round under way end, which can ask for no other', async () => {
  const round = Promise.withResolvers<void>()
  const { clock, loop, began } = startLoop(() =>
    round.promise.then(() => {
      loop.wakeIn(1000)
      loop.wake()
    }),
  )
  loop.wake()
  let isStopped = false
  const stopped = loop[Symbol.asyncDispose]().then(() => {
    isStopped = true
  })
  await clock.advance(0)
  expect(isStopped).toBe(false)
  round.resolve()
  await stopped
  expect(clock.pending).toBe(0)
  await clock.advance(60_000)
  expect(began).toHaveLength(1)
})
