import type { Revision } from './store.ts'

/** One write on its way to the medium. */
export interface LogEntry {
  readonly revision: Revision
  readonly key: string
  readonly created: Revision
  /** Absent for a delete. */
  readonly value?: Uint8Array
}

/** Where the writes of an `MvccStore` become durable. The store waits for one call before it makes the next. */
export interface CommitLog extends AsyncDisposable {
  /** Makes the writes durable, all of them or none. Rejects with a `StorageError` when it could not. */
  append(entries: readonly LogEntry[]): Promise<void>
  /**
   * Makes durable that history before `upTo` is gone, and drops the entries that `superseded` lists. Called with one part
   * of the list after the other; what a crash leaves over is dropped when the store is next opened.
   */
  compact(upTo: Revision, superseded: readonly Revision[]): Promise<void>
}
