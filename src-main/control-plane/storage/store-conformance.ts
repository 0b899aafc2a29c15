import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CompactedError,
  FutureRevisionError,
  type KeyValue,
  type Revision,
  RevisionConflictError,
  type Store,
  type StoreEvent,
} from './store.ts'
import { randomOperations } from './store-conformance-random.ts'

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (value: Uint8Array | undefined): string | undefined =>
  value && new TextDecoder().decode(value)
export const none = 0 as Revision
const show = (items: readonly KeyValue[]) => items.map(item => [item.key, text(item.value)])
const keyOf = (event: StoreEvent) => `${event.type} ${event.key}`

/** The first `count` events of a watch. */
export async function take(
  watch: AsyncIterable<readonly StoreEvent[]>,
  count: number,
): Promise<StoreEvent[]> {
  const seen: StoreEvent[] = []
  for await (const events of watch) {
    seen.push(...events)
    if (seen.length >= count) break
  }
  return seen
}

/**
 * What every store must do. `open` makes a store that may already hold other keys and revisions; each test keeps to a
 * prefix of its own.
 */
export function storeConformance(name: string, open: () => Promise<Store>): void {
  describe(`a store: ${name}`, () => {
    let store: Store
    let tests = 0
    const prefix = () => `/test-${++tests}/`
    const running = () => new AbortController().signal
    beforeAll(async () => {
      store = await open()
    })
    afterAll(() => store[Symbol.asyncDispose]())

    test('put, get and delete answer revisions that grow by one', async () => {
      const key = `${prefix()}a`
      const before = await store.revision()
      const first = await store.put(key, bytes('one'), none)
      const second = await store.put(key, bytes('two'), first)
      expect(await store.get(key)).toEqual({
        key,
        value: bytes('two'),
        revision: second,
        created: first,
      })
      const third = await store.delete(key, second)
      expect(await store.get(key)).toBeUndefined()
      expect([first, second, third]).toEqual([before + 1, before + 2, before + 3])
      expect(await store.revision()).toBe(third)
      const again = await store.put(key, bytes('three'), none)
      expect(await store.get(key)).toMatchObject({ revision: again, created: again })
    })

    test('put and delete refuse a key that is not at the expected revision', async () => {
      const key = `${prefix()}a`
      await expect(store.delete(key, none)).rejects.toThrow(RevisionConflictError)
      await expect(store.put(key, bytes('x'), 1 as Revision)).rejects.toThrow(RevisionConflictError)
      const revision = await store.put(key, bytes('one'), none)
      const stale = store.put(key, bytes('two'), none)
      await expect(stale).rejects.toMatchObject({
        name: 'RevisionConflictError',
        key,
        current: { key, revision, value: bytes('one') },
      })
      await expect(store.delete(key, (revision - 1) as Revision)).rejects.toThrow(
        RevisionConflictError,
      )
      expect(await store.revision()).toBe(revision)
    })

    test('an empty value is a value', async () => {
      const key = `${prefix()}empty`
      await store.put(key, bytes(''), none)
      expect((await store.get(key))?.value.byteLength).toBe(0)
    })

    test('range answers the keys of a prefix in order, in pages of one snapshot', async () => {
      const at = prefix()
      const revisions = new Map<string, Revision>()
      for (const key of ['b', 'a', 'd', 'c', 'aa']) {
        revisions.set(key, await store.put(at + key, bytes(key), none))
      }
      await store.put(`${at.slice(0, -1)}0`, bytes('outside'), none)
      const page = await store.range({ prefix: at, limit: 2 })
      expect(show(page.items)).toEqual([
        [`${at}a`, 'a'],
        [`${at}aa`, 'aa'],
      ])
      expect(page.remaining).toBe(3)
      expect(page.revision).toBe(await store.revision())
      await store.delete(`${at}c`, revisions.get('c') ?? none)
      await store.put(`${at}bb`, bytes('new'), none)
      const rest = await store.range({ prefix: at, after: `${at}aa`, at: page.revision })
      expect(rest.items.map(item => item.key)).toEqual([`${at}b`, `${at}c`, `${at}d`])
      expect(rest).toMatchObject({ remaining: 0, revision: page.revision })
      const now = await store.range({ prefix: at, after: `${at}aa`, limit: 5 })
      expect(now.items.map(item => item.key)).toEqual([`${at}b`, `${at}bb`, `${at}d`])
      expect(await store.range({ prefix: `${at}nothing` })).toMatchObject({ items: [] })
    })

    test('range carries thousands of keys', async () => {
      const at = prefix()
      const value = bytes('v'.repeat(500))
      const keys = Array.from({ length: 2500 }, (_, n) => `${at}${String(n).padStart(5, '0')}`)
      for (let start = 0; start < keys.length; start += 250) {
        await Promise.all(keys.slice(start, start + 250).map(key => store.put(key, value, none)))
      }
      const all = await store.range({ prefix: at })
      expect(all.items.map(item => item.key)).toEqual(keys)
      expect((await store.range({ prefix: at, limit: 100 })).remaining).toBe(2400)
    })

    test('reads at a past revision see that state', async () => {
      const key = `${prefix()}a`
      const first = await store.put(key, bytes('one'), none)
      const second = await store.put(key, bytes('two'), first)
      const third = await store.delete(key, second)
      expect(text((await store.get(key, first))?.value)).toBe('one')
      expect(text((await store.get(key, second))?.value)).toBe('two')
      expect(await store.get(key, third)).toBeUndefined()
      const future = (third + 1000) as Revision
      await expect(store.get(key, future)).rejects.toThrow(FutureRevisionError)
      await expect(store.range({ prefix: key, at: future })).rejects.toThrow(FutureRevisionError)
    })

    test('watch replays what came after a revision, then follows, with what was there before', async () => {
      const at = prefix()
      const first = await store.put(`${at}a`, bytes('one'), none)
      const second = await store.put(`${at}a`, bytes('two'), first)
      await store.put(`${at.slice(0, -1)}-other/a`, bytes('other'), none)
      const seen = take(store.watch(at, first, running()), 3)
      const third = await store.delete(`${at}a`, second)
      const fourth = await store.put(`${at}b`, bytes('b'), none)
      const events = await seen
      expect(events.map(event => [keyOf(event), event.revision, event.created])).toEqual([
        [`put ${at}a`, second, first],
        [`delete ${at}a`, third, first],
        [`put ${at}b`, fourth, fourth],
      ])
      expect(events.map(event => text(event.value))).toEqual(['two', undefined, 'b'])
      expect(events.map(event => event.previous?.revision)).toEqual([first, second, undefined])
      expect(text(events[1]?.previous?.value)).toBe('two')
    })

    test('a watch from now sees only what comes later, and ends quietly when aborted', async () => {
      const at = prefix()
      const abort = new AbortController()
      const first = await store.put(`${at}a`, bytes('one'), none)
      const seen: string[] = []
      const reading = (async () => {
        for await (const events of store.watch(at, first, abort.signal)) {
          seen.push(...events.map(keyOf))
          abort.abort()
        }
      })()
      await store.put(`${at}b`, bytes('two'), none)
      await reading
      expect(seen).toEqual([`put ${at}b`])
      for await (const events of store.watch(at, none, abort.signal)) expect(events).toEqual([])
    })

    test('of concurrent writes with one expectation exactly one succeeds', async () => {
      const key = `${prefix()}a`
      for (let expected = none, round = 0; round < 5; round++) {
        const writes = Array.from({ length: 20 }, (_, n) => store.put(key, bytes(`${n}`), expected))
        const outcomes = await Promise.allSettled(writes)
        const won = outcomes.filter(outcome => outcome.status === 'fulfilled')
        const lost = outcomes.filter(outcome => outcome.status === 'rejected')
        expect(won).toHaveLength(1)
        for (const { reason } of lost) expect(reason).toBeInstanceOf(RevisionConflictError)
        expected = (await store.get(key))?.revision ?? none
        expect(won[0]?.value).toBe(expected)
      }
    })

    test('concurrent read-modify-write loops lose no update', async () => {
      const key = `${prefix()}counter`
      await store.put(key, bytes('0'), none)
      const increment = async () => {
        for (;;) {
          const current = await store.get(key)
          const next = bytes(String(Number(text(current?.value)) + 1))
          try {
            return await store.put(key, next, current?.revision ?? none)
          } catch (error) {
            if (!(error instanceof RevisionConflictError)) throw error
          }
        }
      }
      await Promise.all(
        Array.from({ length: 8 }, async () => [await increment(), await increment()]),
      )
      expect(text((await store.get(key))?.value)).toBe('16')
    })

    test('a reader that was told of a write can read it', async () => {
      const at = prefix()
      const after = await store.revision()
      const abort = new AbortController()
      const reading = (async () => {
        let seen = 0
        for await (const events of store.watch(at, after, abort.signal)) {
          for (const { key, revision } of events) {
            expect(await store.revision()).toBeGreaterThanOrEqual(revision)
            expect((await store.get(key))?.revision).toBe(revision)
            if (++seen === 50) abort.abort()
          }
        }
      })()
      await Promise.all(
        Array.from({ length: 50 }, (_, n) => store.put(`${at}${n}`, bytes('x'), none)),
      )
      await reading
    })

    test('compaction forgets the past and keeps the present', async () => {
      const at = prefix()
      const first = await store.put(`${at}a`, bytes('one'), none)
      const second = await store.put(`${at}a`, bytes('two'), first)
      const other = await store.put(`${at}b`, bytes('b'), none)
      await store.delete(`${at}b`, other)
      const last = await store.put(`${at}a`, bytes('three'), second)
      await store.compact(other)
      expect(await store.compacted()).toBe(other)
      await expect(store.get(`${at}a`, second)).rejects.toMatchObject({ compacted: other })
      await expect(store.range({ prefix: at, at: first })).rejects.toThrow(CompactedError)
      await expect(take(store.watch(at, second, running()), 1)).rejects.toThrow(CompactedError)
      const before = await store.range({ prefix: at, at: other })
      expect(show(before.items)).toEqual([
        [`${at}a`, 'two'],
        [`${at}b`, 'b'],
      ])
      const events = await take(store.watch(at, other, running()), 2)
      expect(events.map(keyOf)).toEqual([`delete ${at}b`, `put ${at}a`])
      await store.compact(last)
      await store.compact(first)
      expect(await store.compacted()).toBe(last)
      expect(show((await store.range({ prefix: at })).items)).toEqual([[`${at}a`, 'three']])
      const future = store.compact(((await store.revision()) + 10) as Revision)
      await expect(future).rejects.toThrow(FutureRevisionError)
    })

    test('random operations agree with a naive model', () => randomOperations(store, prefix))

    test('a closed store ends its watches and refuses to work', async () => {
      const closing = await open()
      const at = prefix()
      const revision = await closing.put(`${at}a`, bytes('x'), none)
      const watch = closing.watch(at, revision, running())[Symbol.asyncIterator]()
      const end = watch.next()
      await closing.revision()
      await closing[Symbol.asyncDispose]()
      await expect(end).resolves.toMatchObject({ done: true })
      await expect(closing.put(`${at}b`, bytes('x'), none)).rejects.toThrow('the store is closed')
      await expect(closing.get(`${at}a`)).rejects.toThrow('the store is closed')
    })
  })
}
