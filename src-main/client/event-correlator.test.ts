import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import type { Event } from '#kubernetes/api/core-v1.ts'
import { EventCorrelator } from './event-correlator.ts'

let serial = 0
const event = (message: string, about = 'web-0'): Event => ({
  metadata: { name: `${about}.${++serial}`, namespace: 'shop' },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: about },
  type: 'Warning',
  reason: 'BackOff',
  message,
  source: { component: 'kubelet' },
  firstTimestamp: '2026-01-01T00:00:00Z',
  lastTimestamp: '2026-01-01T00:00:00Z',
  count: 1,
})

test('EventCorrelator turns a repeat into a patch of the count of the first', async () => {
  const clock = new FakeClock()
  const correlator = new EventCorrelator(clock)
  const first = correlator.correlate(event('back-off restarting'))
  expect(first?.patch).toBeUndefined()
  await clock.advance(60_000)
  const second = correlator.correlate(event('back-off restarting'))
  expect(second?.event.metadata.name).toBe(first?.event.metadata.name)
  expect(second?.patch).toEqual({
    count: 2,
    lastTimestamp: '2026-01-01T00:01:00Z',
    message: 'back-off restarting',
  })
})

test('EventCorrelator combines ten similar events within ten minutes', () => {
  const correlator = new EventCorrelator(new FakeClock())
  const results = Array.from({ length: 12 }, (_, n) => correlator.correlate(event(`message ${n}`)))
  expect(results.slice(0, 9).every(result => result && !result.patch)).toBe(true)
  expect(results[9]?.event.message).toBe('(combined from similar events): message 9')
  expect(results[9]?.patch).toBeUndefined()
  expect(results[11]?.patch).toMatchObject({
    count: 3,
    message: '(combined from similar events): message 11',
  })
})

test('EventCorrelator lets 25 events about an object through, then one in five minutes', async () => {
  const clock = new FakeClock()
  const correlator = new EventCorrelator(clock)
  const passed = () => correlator.correlate(event('same')) !== undefined
  expect(Array.from({ length: 30 }, passed).filter(Boolean)).toHaveLength(25)
  expect(correlator.correlate(event('same', 'web-1'))).toBeDefined()
  await clock.advance(300_000)
  expect([passed(), passed()]).toEqual([true, false])
})
