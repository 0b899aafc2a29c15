import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { SimulatedEvents } from './simulated-events.ts'

test('who stops following events leaves nothing behind on the signal', async () => {
  const events = new SimulatedEvents()
  const { signal } = new AbortController()
  const following = events.follow(signal)
  const first = following.next()
  events.announce('container', 'pod-1', 'container-1', 'start')
  const event = { type: 'container', podUid: 'pod-1', id: 'container-1', action: 'start' }
  expect((await first).value).toEqual(event)
  await following.return(undefined)
  expect(getEventListeners(signal, 'abort')).toEqual([])
  expect(events.size).toBe(0)
})
