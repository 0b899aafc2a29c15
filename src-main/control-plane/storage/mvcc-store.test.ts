import { describe, expect, test } from 'vitest'
import type { CommitLog, LogEntry } from './commit-log.ts'
import { MvccIndex } from './mvcc-index.ts'
import { MvccStore } from './mvcc-store.ts'
import { StorageError } from './storage-errors.ts'
import { type Revision, RevisionConflictError, SlowWatcherError } from './store.ts'
import { bytes, none, text } from './store-conformance.ts'

/** A log whose every batch waits for the test to say how it ended. */
class HeldLog implements CommitLog {
  readonly batches: { entries: readonly LogEntry[]; outcome: PromiseWithResolvers<void> }[] = []

  append(entries: readonly LogEntry[]): Promise<void> {
    const outcome = Promise.withResolvers<void>()
    this.batches.push({ entries, outcome })
    return outcome.promise
  }

  async compact(): Promise<void> {}
  async [Symbol.asyncDispose]() {}

  async settle(end: 'durable' | 'failed'): Promise<void> {
    await turn()
    const batch = this.batches.shift()
    if (end === 'durable') batch?.outcome.resolve()
    else batch?.outcome.reject(new StorageError('the disk is full'))
    await turn()
  }
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve))
const rev = (n: number) => n as Revision
async function stateOf(promise: Promise<unknown>): Promise<string> {
  const pending = new Promise<string>(resolve => setImmediate(() => resolve('pending')))
  return Promise.race([promise.then(String, (error: Error) => error.name), pending])
}
function heldStore() {
  const log = new HeldLog()
  return { log, store: new MvccStore(log, new MvccIndex()) }
}

describe('1. a conditional write is judged against pending state', () => {
  test('it succeeds on top of a write that is not durable yet', async () => {
    const { log, store } = heldStore()
    const first = store.put('a', bytes('one'), none)
    const second = store.put('a', bytes('two'), rev(1))
    const removed = store.delete('a', rev(2))
    const again = store.put('a', bytes('three'), none)
    await log.settle('durable')
    expect(await Promise.all([first, second, removed, again])).toEqual([1, 2, 3, 4])
    expect(await store.get('a')).toMatchObject({ revision: 4, created: 4 })
  })

  test('it conflicts with a write that is not durable yet, and says so once that is durable', async () => {
    const { log, store } = heldStore()
    const first = store.put('a', bytes('one'), none)
    const second = store.put('a', bytes('two'), none)
    expect(await stateOf(second)).toBe('pending')
    await log.settle('durable')
    expect(await first).toBe(1)
    await expect(second).rejects.toMatchObject({ current: { revision: 1 } })
    await expect(second).rejects.toThrow(RevisionConflictError)
  })
})

test('2. reads and watches show only durable state', async () => {
  const { log, store } = heldStore()
  const watch = store.watch('', none, new AbortController().signal)[Symbol.asyncIterator]()
  const event = watch.next()
  const writing = store.put('a', bytes('one'), none)
  await turn()
  expect(await store.get('a')).toBeUndefined()
  expect((await store.range({ prefix: '' })).items).toEqual([])
  expect(await store.revision()).toBe(0)
  expect([await stateOf(event), await stateOf(writing)]).toEqual(['pending', 'pending'])
  await log.settle('durable')
  expect(await writing).toBe(1)
  expect((await event).value).toMatchObject([{ key: 'a', revision: 1 }])
  expect(text((await store.get('a'))?.value)).toBe('one')
})

describe('3. when a batch fails', () => {
  test('every write that was judged against it fails, the others go on, no revision is used twice', async () => {
    const { log, store } = heldStore()
    const failed = store.put('a', bytes('one'), none)
    await turn() // from here the first batch is on its way
    const dependent = store.put('a', bytes('two'), rev(1))
    const alsoDependent = store.delete('a', rev(2))
    const refused = store.put('a', bytes('three'), none)
    const independent = store.put('b', bytes('b'), none)
    const seen = store.watch('', none, new AbortController().signal)[Symbol.asyncIterator]().next()
    const outcomes = [failed, dependent, alsoDependent, refused].map(stateOf)
    await log.settle('failed')
    await log.settle('durable')
    for (const write of [failed, dependent, alsoDependent, refused]) {
      await expect(write).rejects.toThrow('the disk is full')
    }
    await Promise.all(outcomes)
    expect(await independent).toBe(5)
    expect((await seen).value).toMatchObject([{ key: 'b', revision: 5 }])
    expect(await store.get('a')).toBeUndefined()
    const retried = store.put('a', bytes('one'), none)
    await log.settle('durable')
    expect(await retried).toBe(6)
  })

  test('the revisions in between read as the state before', async () => {
    const { log, store } = heldStore()
    const failing = stateOf(store.put('a', bytes('lost'), none))
    await log.settle('failed')
    await failing
    const writing = store.put('b', bytes('b'), none)
    await log.settle('durable')
    expect(await writing).toBe(2)
    expect((await store.range({ prefix: '', at: rev(1) })).items).toEqual([])
    await store.compact(rev(1))
    expect(await store.compacted()).toBe(1)
  })
})

test('writes gather into one batch while another is on its way', async () => {
  const { log, store } = heldStore()
  const first = store.put('first', bytes('x'), none)
  await turn()
  const rest = Array.from({ length: 100 }, (_, n) => store.put(`${n}`, bytes('x'), none))
  await log.settle('durable')
  expect(log.batches.map(batch => batch.entries.length)).toEqual([100])
  await log.settle('durable')
  await Promise.all([first, ...rest])
})

test('a reader that falls too far behind is cut off, after what was kept for it', async () => {
  const log: CommitLog = {
    append: async () => {},
    compact: async () => {},
    async [Symbol.asyncDispose]() {},
  }
  const store = new MvccStore(log, new MvccIndex(), { bufferedBytes: 100 })
  const watch = store.watch('', none, new AbortController().signal)[Symbol.asyncIterator]()
  const first = watch.next()
  for (let n = 0; n < 5; n++) await store.put(`key-${n}`, new Uint8Array(40), none)
  expect((await first).value).toMatchObject([{ key: 'key-0' }])
  expect((await watch.next()).value).toMatchObject([{ key: 'key-1' }])
  expect((await watch.next()).value).toMatchObject([{ key: 'key-2' }])
  await expect(watch.next()).rejects.toThrow(SlowWatcherError)
})

test('any past revision reads right across thousands of writes', async () => {
  const index = new MvccIndex()
  for (let n = 1; n <= 5000; n++) {
    index.apply({
      revision: rev(n),
      key: `k${n % 50}`,
      created: rev(n % 50 || 50),
      value: bytes(`${n}`),
    })
  }
  for (const at of [1, 49, 1023, 1024, 1025, 2047, 4096, 4999, 5000]) {
    const { items } = index.range({ prefix: 'k', at: rev(at) })
    expect(items).toHaveLength(Math.min(at, 50))
    expect(Math.max(...items.map(item => Number(text(item.value))))).toBe(at)
  }
  index.compact(rev(3000))
  expect(Number(text(index.get('k0', rev(3049))?.value))).toBe(3000)
})
