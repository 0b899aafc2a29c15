import type { Worker } from 'node:worker_threads'
import type { CommitLog, LogEntry } from './commit-log.ts'
import { toStorageError } from './sqlite-failures.ts'
import type {
  OpeningMessage,
  PackedBatch,
  StoredRow,
  WorkerOptions,
  WorkerReply,
  WorkerTask,
} from './sqlite-messages.ts'
import { StorageError } from './storage-errors.ts'
import { openInThread } from './storage-thread.ts'
import type { Revision } from './store.ts'

/** A `CommitLog` in an SQLite file that a worker thread owns. */
export class SqliteCommitLog implements CommitLog {
  readonly #file: string
  readonly #worker: Worker
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>()
  readonly #ended = Promise.withResolvers<void>()
  #lastId = 0
  #death: StorageError | undefined

  private constructor(file: string, worker: Worker) {
    this.#file = file
    this.#worker = worker
    worker.on('message', (reply: WorkerReply) => this.#settle(reply))
    worker.on('error', error => this.#die(error.message))
    worker.on('exit', code => {
      this.#die(`exit code ${code}`)
      this.#ended.resolve()
    })
  }

  /** Opens the file and hands every stored row to `onRow`, oldest first. Rejects with a `StorageError`. */
  static async open(
    options: WorkerOptions,
    onRow: (row: StoredRow) => void,
  ): Promise<{ log: SqliteCommitLog; revision: Revision; compacted: Revision }> {
    const worker = openInThread(options)
    const outcome = await opening(worker, onRow)
    if (outcome.type === 'open') {
      return { ...outcome, log: new SqliteCommitLog(options.file, worker) }
    }
    await worker.terminate()
    throw toStorageError(options.file, outcome.failure)
  }

  async append(entries: readonly LogEntry[]): Promise<void> {
    const batch = pack(entries)
    await this.#ask({ type: 'append', batch }, [batch.values.buffer])
  }

  async compact(upTo: Revision, superseded: readonly Revision[]): Promise<void> {
    await this.#ask({ type: 'compact', upTo, superseded })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#death) await this.#ask({ type: 'close' })
    await this.#ended.promise
  }

  async #ask(task: WorkerTask, transfer: ArrayBuffer[] = []): Promise<void> {
    if (this.#death) throw this.#death
    const id = ++this.#lastId
    const waiting = Promise.withResolvers<void>()
    this.#waiting.set(id, waiting)
    this.#worker.postMessage({ id, ...task }, transfer)
    await waiting.promise
  }

  #settle({ id, failure }: WorkerReply): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (failure) waiting?.reject(toStorageError(this.#file, failure))
    else waiting?.resolve()
  }

  #die(reason: string): void {
    this.#death ??= new StorageError(
      `the storage thread of ${this.#file} ended (${reason}): stop the cluster and start it again`,
    )
    for (const waiting of this.#waiting.values()) waiting.reject(this.#death)
    this.#waiting.clear()
  }
}

type Outcome = Exclude<OpeningMessage, { type: 'rows' }>

function opening(worker: Worker, onRow: (row: StoredRow) => void): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  const listen = (message: OpeningMessage) => {
    if (message.type === 'rows') message.rows.forEach(onRow)
    else resolve(message)
  }
  worker.on('message', listen)
  worker.on('error', reject)
  return promise.finally(() => worker.off('message', listen).off('error', reject))
}

function pack(entries: readonly LogEntry[]): PackedBatch {
  const lengths = entries.map(entry => entry.value?.byteLength ?? -1)
  const values = new Uint8Array(lengths.reduce((sum, length) => sum + Math.max(0, length), 0))
  let offset = 0
  for (const { value } of entries) {
    if (!value) continue
    values.set(value, offset)
    offset += value.byteLength
  }
  return {
    revisions: entries.map(entry => entry.revision),
    keys: entries.map(entry => entry.key),
    created: entries.map(entry => entry.created),
    lengths,
    values,
  }
}
