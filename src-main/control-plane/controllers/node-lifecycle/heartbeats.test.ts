import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { Heartbeats } from './heartbeats.ts'

test('Heartbeats gives a node that reported 50 s of silence, one that never did 60 s', async () => {
  const clock = new FakeClock()
  const heartbeats = new Heartbeats(clock)
  heartbeats.seen('a')
  heartbeats.seen('b')
  expect([heartbeats.leftMs('a', true), heartbeats.leftMs('b', false)]).toEqual([50_000, 60_000])
  await clock.advance(50_000)
  expect([heartbeats.leftMs('a', true), heartbeats.leftMs('b', false)]).toEqual([0, 10_000])
})

test('Heartbeats gives everyone a fresh period after the process was stopped', async () => {
  const clock = new FakeClock()
  const heartbeats = new Heartbeats(clock)
  heartbeats.seen('a')
  heartbeats.seen('b')
  heartbeats.leftMs('a', true)
  heartbeats.leftMs('b', true)
  await clock.advance(8 * 3_600_000)
  expect(heartbeats.leftMs('a', true)).toBe(50_000)
  expect(heartbeats.leftMs('b', true)).toBe(50_000)
})

test('Heartbeats does not care what the wall clock says', () => {
  const clock = new FakeClock()
  const heartbeats = new Heartbeats(clock)
  heartbeats.seen('a')
  clock.jump(10 * 3_600_000)
  expect(heartbeats.leftMs('a', true)).toBe(50_000)
})
