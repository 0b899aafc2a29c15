/** A point in the store's single history; grows by one with every write, never reused. Revision 0 is "before everything". */
export type Revision = number & { readonly brand: 'Revision' }

/** A key's value at some revision. */
export interface KeyValue {
  readonly key: string
  readonly value: Uint8Array
  /** The revision that wrote this value. */
  readonly revision: Revision
  /** The revision that created the key (since its last delete). */
  readonly created: Revision
}

export interface RangeRequest {
  /** Keys that start with this. */
  prefix: string
  /** Only keys greater than this one. */
  after?: string
  /** At most this many items; the rest is counted in `remaining`. */
  limit?: number
  /** The past revision to read at; absent = now. Throws `CompactedError` or `FutureRevisionError`. */
  at?: Revision
}

export interface RangeResult {
  items: KeyValue[]
  /** The revision this is a snapshot of. */
  revision: Revision
  /** How many further keys match beyond `limit`. */
  remaining: number
}

export interface StoreEvent {
  readonly type: 'put' | 'delete'
  readonly key: string
  /** The revision of this write. */
  readonly revision: Revision
  /** The new value; absent for a delete. */
  readonly value?: Uint8Array
  /** When the key was created; equals `revision` for a create. */
  readonly created: Revision
  /** What the key held before; absent for a create, and where compaction took it. */
  readonly previous?: KeyValue
}

/**
 * Ordered, versioned bytes: etcd's model and nothing else. Knows nothing of Kubernetes. Keys are ASCII, so that every
 * store orders them alike. Values belong to the store once given, and to everybody once read: never change them.
 *
 * Three invariants, each with a test:
 * 1. A conditional write in a batch is judged against pending state, not only against what is durable.
 * 2. Reads and watches show only durable state.
 * 3. When a batch fails, every write that depends on it fails, and no revision is used twice.
 *
 * Every method may also throw `StorageError` (see storage-errors.ts) when the medium fails or the store is closed.
 */
export interface Store extends AsyncDisposable {
  /** The newest durable revision. */
  revision(): Promise<Revision>
  /** The oldest revision that can still be read; 0 when nothing was ever compacted. */
  compacted(): Promise<Revision>
  get(key: string, at?: Revision): Promise<KeyValue | undefined>
  range(request: RangeRequest): Promise<RangeResult>
  /**
   * Writes durably and answers the revision. Succeeds only while `key` was last written at `expected`;
   * 0 means that it must not exist. Throws `RevisionConflictError`; a `StorageError` means that it didn't happen (or,
   * when the process dies right after, that nobody knows).
   */
  put(key: string, value: Uint8Array, expected: Revision): Promise<Revision>
  /** Deletes durably and answers the revision of the delete. Throws `RevisionConflictError`, always so for `expected` 0. */
  delete(key: string, expected: Revision): Promise<Revision>
  /**
   * Events after revision `after`, oldest first, in arrays that are never empty, then live until the signal aborts or the
   * store is closed (the iteration then ends without an error). Throws `CompactedError` when `after` is older than
   * `compacted()`, and `SlowWatcherError` when the reader falls more than the store's `bufferedBytes` behind.
   */
  watch(prefix: string, after: Revision, signal: AbortSignal): AsyncIterable<readonly StoreEvent[]>
  /**
   * Forgets history before `upTo`, which becomes the oldest revision that can be read; current values stay.
   * An `upTo` at or below `compacted()` changes nothing. Throws `FutureRevisionError`.
   */
  compact(upTo: Revision): Promise<void>
}

/** The key was not at the expected revision. */
export class RevisionConflictError extends Error {
  override readonly name = 'RevisionConflictError'
  readonly key: string
  /** The key's durable or pending state at the time, if it exists. */
  readonly current: KeyValue | undefined

  constructor(key: string, current: KeyValue | undefined) {
    super(`${key} is at revision ${current?.revision ?? 0}`)
    this.key = key
    this.current = current
  }
}

/** The revision asked for was compacted away. */
export class CompactedError extends Error {
  override readonly name = 'CompactedError'
  readonly compacted: Revision

  constructor(asked: number, compacted: Revision) {
    super(`revision ${asked} is no longer kept, the oldest is ${compacted}`)
    this.compacted = compacted
  }
}

/** The revision asked for has not happened yet. */
export class FutureRevisionError extends Error {
  override readonly name = 'FutureRevisionError'
  readonly current: Revision

  constructor(asked: number, current: Revision) {
    super(`revision ${asked} is in the future, the newest is ${current}`)
    this.current = current
  }
}

/** A watcher fell too far behind and was cut off. */
export class SlowWatcherError extends Error {
  override readonly name = 'SlowWatcherError'

  constructor(prefix: string, bufferedBytes: number) {
    super(`the watch on ${prefix} fell more than ${bufferedBytes} bytes behind and was ended`)
  }
}
