import { parentPort } from 'node:worker_threads'
import { errorMessage } from '#base/errors.ts'
import { DamagedRow, ForeignDatabase, NewerFormat, SqliteDatabase } from './sqlite-database.ts'
import type {
  Failure,
  OpeningMessage,
  StoredRow,
  WorkerOptions,
  WorkerReply,
  WorkerRequest,
} from './sqlite-messages.ts'
import type { Revision } from './store.ts'

/** The storage thread: owns the file, so that waiting for the disk never stalls the process. */
const port = parentPort
if (!port) throw new Error('sqlite-worker.ts runs as a worker thread')

const rowsPerMessage = 500
/** SQLite's primary result codes, by number. */
const kinds: Record<number, Failure['kind']> = {
  5: 'busy',
  8: 'readonly',
  11: 'damaged',
  13: 'full',
  14: 'readonly', // CANTOPEN
  26: 'damaged', // NOTADB
}
const tell = (message: OpeningMessage, transfer: ArrayBuffer[] = []) =>
  port.postMessage(message, transfer)

port.once('message', (options: WorkerOptions) => {
  let opened: SqliteDatabase | undefined
  try {
    const database = new SqliteDatabase(options)
    opened = database
    sendRows(database)
    port.on('message', (request: WorkerRequest) => {
      port.postMessage(answer(database, request))
      if (request.type === 'close') port.close()
    })
  } catch (error) {
    opened?.close()
    tell({ type: 'failed', failure: toFailure(error) })
  }
})

function sendRows(database: SqliteDatabase): void {
  let rows: StoredRow[] = []
  let revision = 0 as Revision
  const flush = () => {
    const buffers = rows.flatMap(row => (row.value ? [row.value.buffer] : []))
    tell({ type: 'rows', rows }, buffers)
    rows = []
  }
  for (const row of database.rows()) {
    revision = row.revision
    if (rows.push(row) >= rowsPerMessage) flush()
  }
  flush()
  const compacted = database.compacted()
  tell({ type: 'open', revision: Math.max(revision, compacted) as Revision, compacted })
}

function answer(database: SqliteDatabase, request: WorkerRequest): WorkerReply {
  try {
    if (request.type === 'append') database.append(request.batch)
    else if (request.type === 'compact') database.compact(request.upTo, request.superseded)
    else database.close()
    return { id: request.id }
  } catch (error) {
    return { id: request.id, failure: toFailure(error) }
  }
}

function toFailure(error: unknown): Failure {
  const message = errorMessage(error)
  if (error instanceof NewerFormat) return { kind: 'newer', message, found: error.found }
  if (error instanceof ForeignDatabase) return { kind: 'foreign', message }
  if (error instanceof DamagedRow) return { kind: 'damaged', message }
  const code = (error as { errcode?: unknown }).errcode
  const kind = typeof code === 'number' ? kinds[code & 0xff] : undefined
  return {
    kind: kind ?? 'io',
    message: typeof code === 'number' ? `${message}, SQLite code ${code}` : message,
  }
}
