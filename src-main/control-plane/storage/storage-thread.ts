import { existsSync } from 'node:fs'
import path from 'node:path'
import { URL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { WorkerOptions } from './sqlite-messages.ts'

/** The database of the cluster whose data lies in a directory. */
export const databaseIn = (directory: string): string => path.join(directory, 'store', 'objects.db')

let waiting: Worker | undefined

/**
 * Has the storage thread start from now on, for a database that is about to be opened: it takes long to start, and knows
 * what to open only when it is told.
 */
export function expectDatabase(): void {
  if (waiting) return
  waiting = startThread()
  waiting.once('error', () => {
    waiting = undefined // the one that opens the database is a new one then, and says what is wrong
  })
  waiting.unref() // after its listener, which holds the process
}

/** Whether a start in this directory that says no more will open a database. */
export const willOpenDatabase = (directory: string): boolean =>
  !existsSync(directory) || existsSync(databaseIn(directory))

/** The thread that opens this file; see `sqlite-messages.ts` for what it says and is asked. */
export function openInThread(options: WorkerOptions): Worker {
  const worker = waiting ?? startThread()
  waiting = undefined
  worker.ref()
  worker.postMessage(options)
  return worker
}

const startThread = () => new Worker(new URL('./sqlite-worker.ts', import.meta.url))
