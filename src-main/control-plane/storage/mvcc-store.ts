import type { CommitLog } from './commit-log.ts'
import { GroupCommit } from './group-commit.ts'
import type { MvccIndex } from './mvcc-index.ts'
import { StoreClosedError } from './storage-errors.ts'
import {
  CompactedError,
  FutureRevisionError,
  type KeyValue,
  type RangeRequest,
  type RangeResult,
  type Revision,
  type Store,
  type StoreEvent,
} from './store.ts'
import { Watcher } from './watcher.ts'

const replayChunk = 1000
/** Entries dropped at once, so that writes don't wait long for a compaction. */
const compactionChunk = 1000
const defaultBufferedBytes = 16 << 20

/** A store that reads from memory and writes through a `CommitLog`, which decides what "durable" means. */
export class MvccStore implements Store {
  readonly #log: CommitLog
  readonly #index: MvccIndex
  readonly #commits: GroupCommit
  readonly #watchers = new Set<Watcher>()
  readonly #bufferedBytes: number
  #closed = false

  /** `bufferedBytes`: how far a watch's reader may fall behind (default 16 MB). */
  constructor(log: CommitLog, index: MvccIndex, options: { bufferedBytes?: number } = {}) {
    this.#log = log
    this.#index = index
    this.#bufferedBytes = options.bufferedBytes ?? defaultBufferedBytes
    this.#commits = new GroupCommit(log, index, events => {
      for (const watcher of this.#watchers) watcher.push(events)
    })
  }

  async revision(): Promise<Revision> {
    return this.#open().revision
  }

  async compacted(): Promise<Revision> {
    return this.#open().compacted
  }

  async get(key: string, at?: Revision): Promise<KeyValue | undefined> {
    return this.#open().get(key, at)
  }

  async range(request: RangeRequest): Promise<RangeResult> {
    return this.#open().range(request)
  }

  put(key: string, value: Uint8Array, expected: Revision): Promise<Revision> {
    return this.#commits.write(key, value, expected)
  }

  delete(key: string, expected: Revision): Promise<Revision> {
    return this.#commits.write(key, undefined, expected)
  }

  async *watch(
    prefix: string,
    after: Revision,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StoreEvent[], void, void> {
    let position: number = after
    for (;;) {
      if (signal.aborted || this.#closed) return
      const { compacted } = this.#index
      if (position < compacted) throw new CompactedError(position, compacted)
      const events = this.#index.eventsAfter(position, replayChunk)
      const last = events.at(-1)
      if (!last) break
      position = last.revision
      const seen = events.filter(event => event.key.startsWith(prefix))
      if (seen.length) yield seen
    }
    // Nothing was awaited since the history ran out: from here the watcher misses nothing.
    const watcher = new Watcher({ prefix, after: position, bufferedBytes: this.#bufferedBytes })
    this.#watchers.add(watcher)
    try {
      yield* watcher.read(signal)
    } finally {
      this.#watchers.delete(watcher)
    }
  }

  async compact(upTo: Revision): Promise<void> {
    const { revision } = this.#open()
    if (upTo > revision) throw new FutureRevisionError(upTo, revision)
    if (upTo <= this.#index.compacted) return
    const superseded = this.#index.superseded(upTo)
    for (let start = 0; start === 0 || start < superseded.length; start += compactionChunk) {
      const part = superseded.slice(start, start + compactionChunk)
      await this.#commits.between(() => this.#log.compact(upTo, part))
    }
    this.#index.compact(upTo)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#commits.close()
    for (const watcher of this.#watchers) watcher.close()
    await this.#log[Symbol.asyncDispose]()
  }

  #open(): MvccIndex {
    if (this.#closed) throw new StoreClosedError()
    return this.#index
  }
}
