import type { CommitLog, LogEntry } from './commit-log.ts'
import type { MvccIndex } from './mvcc-index.ts'
import { StoreClosedError } from './storage-errors.ts'
import { type Revision, RevisionConflictError, type StoreEvent } from './store.ts'

/** A write that was accepted and is not durable yet. */
interface PendingWrite {
  readonly entry: LogEntry
  /** Settles with the batch that the write travels in. */
  readonly durable: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const maxBatchWrites = 512
const maxBatchBytes = 4 << 20

/**
 * Judges writes and makes them durable in batches: while one batch is on its way, the next one gathers.
 *
 * Worked example: `a` is at 7. Two writes with `expected` 7 come at once. The first becomes pending revision 8; the second
 * is judged against it, so it is a conflict, but a true one only once 8 is durable: it waits for that batch and fails
 * with `RevisionConflictError` after it, or with the batch's own error if 8 never happened. A third with `expected` 8
 * (from a reader that could know it) would become pending 9 and fail together with 8.
 */
export class GroupCommit {
  readonly #log: CommitLog
  readonly #index: MvccIndex
  readonly #onDurable: (events: readonly StoreEvent[]) => void
  /** The newest accepted write of each key that has one. */
  readonly #pending = new Map<string, PendingWrite>()
  #queue: PendingWrite[] = []
  /** The last revision given out. Those of failed writes are never given out again. */
  #assigned: number
  #running: Promise<void> | undefined
  readonly #tasks: (() => Promise<void>)[] = []
  #closed = false

  constructor(
    log: CommitLog,
    index: MvccIndex,
    onDurable: (events: readonly StoreEvent[]) => void,
  ) {
    this.#log = log
    this.#index = index
    this.#onDurable = onDurable
    this.#assigned = index.revision
  }

  /** Puts (or, without a value, deletes) `key` and answers the revision once it is durable and visible. */
  async write(key: string, value: Uint8Array | undefined, expected: Revision): Promise<Revision> {
    if (this.#closed) throw new StoreClosedError()
    const pending = this.#pending.get(key)
    const current = pending ? alive(pending.entry) : this.#index.get(key)
    if ((current?.revision ?? 0) !== expected || (!value && expected === 0)) {
      await pending?.durable
      throw new RevisionConflictError(key, this.#index.get(key))
    }
    const revision = ++this.#assigned as Revision
    const created = current?.created ?? revision
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const entry: LogEntry = { revision, key, created, ...(value && { value }) }
    const write = { entry, durable: promise, resolve, reject }
    this.#pending.set(key, write)
    this.#queue.push(write)
    this.#start()
    await promise
    return revision
  }

  /** Runs `task` between two batches. */
  async between(task: () => Promise<void>): Promise<void> {
    if (this.#closed) throw new StoreClosedError()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#tasks.push(() => task().then(resolve, reject))
    this.#start()
    await promise
  }

  /** Takes no more writes and waits for those that were accepted. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  #start(): void {
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    await Promise.resolve() // lets writes made in the same turn share the first batch
    while (this.#queue.length || this.#tasks.length) {
      await this.#tasks.shift()?.()
      const batch = this.#takeBatch()
      if (batch.length) await this.#commit(batch)
    }
    this.#running = undefined // in the same turn as the last look at the queue, so that no write is left behind
  }

  #takeBatch(): PendingWrite[] {
    let [count, bytes] = [0, 0]
    for (const { entry } of this.#queue) {
      bytes += entry.value?.byteLength ?? 0
      if (count && (bytes > maxBatchBytes || count >= maxBatchWrites)) break
      count++
    }
    return this.#queue.splice(0, count)
  }

  async #commit(batch: PendingWrite[]): Promise<void> {
    try {
      await this.#log.append(batch.map(write => write.entry))
    } catch (error) {
      return this.#fail(batch, error)
    }
    const events = batch.map(write => this.#index.apply(write.entry))
    this.#forget(batch)
    this.#onDurable(events)
    for (const write of batch) write.resolve()
  }

  /** Fails the batch, and of the queue every write that was judged against it. */
  #fail(batch: PendingWrite[], error: unknown): void {
    const keys = new Set(batch.map(write => write.entry.key))
    const doomed = [...batch, ...this.#queue.filter(write => keys.has(write.entry.key))]
    this.#queue = this.#queue.filter(write => !keys.has(write.entry.key))
    this.#forget(doomed)
    for (const write of doomed) write.reject(error)
  }

  #forget(writes: PendingWrite[]): void {
    for (const write of writes) {
      if (this.#pending.get(write.entry.key) === write) this.#pending.delete(write.entry.key)
    }
  }
}

const alive = (entry: LogEntry): LogEntry | undefined => (entry.value ? entry : undefined)
