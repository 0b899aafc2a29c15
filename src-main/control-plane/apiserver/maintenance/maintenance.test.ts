import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { silentLogger } from '#base/logger.ts'
import { events } from '#control-plane/resources/events/events.ts'
import { openMemoryStore } from '#control-plane/storage/memory.ts'
import type { Revision } from '#control-plane/storage/store.ts'
import { encodeStored } from '../cache/cached-object.ts'
import { Caches } from '../cache/caches.ts'
import { Compaction } from './compaction.ts'
import { EventExpiry } from './event-expiry.ts'

async function start() {
  const clock = new FakeClock()
  const store = await openMemoryStore()
  const caches = await Caches.start({ store, definitions: [events], clock, logger: silentLogger })
  const put = async (name: string, expected = 0) => {
    const object = { metadata: { name, namespace: 'default' } }
    const key = `${events.storagePrefix}/default/${name}`
    const revision = await store.put(key, encodeStored(events, object), expected as Revision)
    await caches.reached(revision)
    return revision
  }
  return { clock, store, caches, put, logger: silentLogger }
}

test('events go an hour after they were last written, and nothing wakes without events', async () => {
  const { clock, store, caches, put, logger } = await start()
  const cache = caches.of(events)
  using _expiry = new EventExpiry({ cache, store, clock, logger })
  const idle = clock.pending
  const first = await put('first')
  await put('second')
  expect(clock.pending).toBe(idle + 1)
  await clock.advance(30 * 60_000)
  await put('first', first)
  await clock.advance(31 * 60_000)
  await caches.reached(await store.revision())
  expect([...cache.values()].map(item => item.object.metadata.name)).toEqual(['first'])
  await clock.advance(30 * 60_000)
  await caches.reached(await store.revision())
  expect(cache.size).toBe(0)
})

test('history is compacted after five to ten minutes, and not while nothing is written', async () => {
  const { clock, store, caches, put, logger } = await start()
  using _compaction = new Compaction({ store, caches, clock, logger })
  const idle = clock.pending
  await put('a')
  await clock.advance(5 * 60_000)
  expect(await store.compacted()).toBe(0)
  const second = await put('b')
  await clock.advance(5 * 60_000)
  expect(await store.compacted()).toBeLessThan(second)
  await clock.advance(5 * 60_000)
  expect(await store.compacted()).toBe(second)
  await clock.advance(20 * 60_000)
  expect(clock.pending).toBe(idle)
})
