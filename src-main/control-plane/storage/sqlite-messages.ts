import type { Revision } from './store.ts'

/** What the store asks of its storage worker; each request is answered by one `WorkerReply` with the same id. */
export type WorkerRequest = { id: number } & WorkerTask

export type WorkerTask =
  | { type: 'append'; batch: PackedBatch }
  | { type: 'compact'; upTo: Revision; superseded: readonly Revision[] }
  | { type: 'close' }

/** A batch of writes with all values in one buffer, which is handed over instead of copied. */
export interface PackedBatch {
  revisions: number[]
  keys: string[]
  created: number[]
  /** The values' lengths in bytes; -1 for a delete. */
  lengths: number[]
  values: Uint8Array<ArrayBuffer>
}

export interface WorkerReply {
  id: number
  failure?: Failure
}

/** What went wrong on the medium, in a form that crosses threads. */
export interface Failure {
  kind: 'io' | 'full' | 'damaged' | 'busy' | 'readonly' | 'newer' | 'foreign'
  message: string
  /** The format found, for `newer`. */
  found?: number
}

/** A stored row: one put, or (without a value) one delete. */
export interface StoredRow {
  revision: Revision
  key: string
  created: Revision
  value: Uint8Array<ArrayBuffer> | null
}

/** What the worker tells while it opens the file: rows in revision order, then that it is done (or why not). */
export type OpeningMessage =
  | { type: 'rows'; rows: StoredRow[] }
  | { type: 'open'; revision: Revision; compacted: Revision }
  | { type: 'failed'; failure: Failure }

export interface WorkerOptions {
  file: string
  synchronous: 'FULL' | 'OFF'
}
