import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { MergedLines } from './merged-lines.ts'

const line = (time: string, source: number) => ({ time, text: time, source })

test('lines are ordered by time, however many digits their servers write', async () => {
  const lines = new MergedLines(new FakeClock())
  await lines.add([line('2026-01-01T00:00:01.12Z', 0), line('2026-01-01T00:00:01.5Z', 0)])
  await lines.add([line('2026-01-01T00:00:01.1Z', 1), line('2026-01-01T00:00:01Z', 1)])
  expect(lines.take().map(({ time }) => time.slice(17))).toEqual([
    '01Z',
    '01.1Z',
    '01.12Z',
    '01.5Z',
  ])
})

test('at first every source is waited for', async () => {
  const clock = new FakeClock()
  const lines = new MergedLines(clock)
  const { signal } = new AbortController()
  const late = lines.await()
  await lines.add([line('2026-01-01T00:00:02Z', 0)])
  let settled = false
  const settling = lines.settle(signal).then(() => {
    settled = true
  })
  await clock.advance(600)
  expect(settled).toBe(false)
  await lines.add([line('2026-01-01T00:00:01Z', 1)])
  late()
  await clock.advance(150)
  await settling
  expect(lines.take().map(({ source }) => source)).toEqual([1, 0])
})

test('a source that is far ahead of the reader waits', async () => {
  const lines = new MergedLines(new FakeClock())
  let added = false
  const many = Array.from({ length: 20_000 }, (_, at) => line(`2026-01-01T00:00:00.${at}Z`, 0))
  const adding = lines.add(many).then(() => {
    added = true
  })
  await Promise.resolve()
  expect(added).toBe(false)
  lines.take()
  await adding
  expect(added).toBe(true)
})
