import { expect, test } from 'vitest'
import { openSchedule } from './schedule-times.ts'

const run = async (schedule: string, zone: string | undefined, from: string, count: number) => {
  const times = await openSchedule(schedule, zone)
  const found: string[] = []
  let at: number | undefined = Date.parse(from)
  while (found.length < count) {
    at = times.next(at)
    if (at === undefined) break
    found.push(new Date(at).toISOString().slice(0, 16))
  }
  return found
}

test('both days restrict unless one of them is any', async () => {
  expect(await run('0 0 13 * 5', undefined, '2026-01-01T00:00:00Z', 3)).toEqual([
    '2026-01-02T00:00',
    '2026-01-09T00:00',
    '2026-01-13T00:00',
  ])
  expect(await run('0 0 * * 5', undefined, '2026-01-01T00:00:00Z', 2)).toEqual([
    '2026-01-02T00:00',
    '2026-01-09T00:00',
  ])
})

test('a time that the clocks skip is skipped', async () => {
  expect(await run('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 2)).toEqual([
    '2026-03-28T01:30',
    '2026-03-30T00:30',
  ])
})

test('a day that never comes has no time', async () => {
  expect(await run('0 0 30 2 *', undefined, '2026-01-01T00:00:00Z', 1)).toEqual([])
})

test('@every counts from the last time', async () => {
  expect(await run('@every 90m', undefined, '2026-01-01T00:00:00Z', 2)).toEqual([
    '2026-01-01T01:30',
    '2026-01-01T03:00',
  ])
})
