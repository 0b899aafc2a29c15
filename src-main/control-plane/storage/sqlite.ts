import { closeSync, createReadStream, mkdirSync, openSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import path from 'node:path'
import { errorMessage } from '#base/errors.ts'
import { MvccIndex } from './mvcc-index.ts'
import { MvccStore } from './mvcc-store.ts'
import { SqliteCommitLog } from './sqlite-commit-log.ts'
import type { WorkerOptions } from './sqlite-messages.ts'
import { DamagedStoreError, StorageError, StorageFullError } from './storage-errors.ts'
import type { Store } from './store.ts'

/** What was found instead of a readable database. */
export interface Damage {
  /** The database that could not be read. */
  file: string
  /** Where it lies now, untouched. */
  keptAt: string
  reason: string
}

export interface SqliteStoreOptions {
  /** The database; made, with its directory, when it isn't there. */
  file: string
  /**
   * Told when the file could not be read as a database: it was then renamed, and the store starts empty. Without this,
   * `openSqliteStore` throws `DamagedStoreError` and leaves the file where it is.
   */
  onDamaged?: (damage: Damage) => void
  /** How far a watch's reader may fall behind. */
  bufferedBytes?: number
  /** For the time in a damaged file's new name. */
  now?: () => number
}

/**
 * A store in one SQLite file, safe against power loss. Throws `NewerSchemaError`, `DamagedStoreError`, or a
 * `StorageError` that says why the file can't be used. `testing` is for the durability test alone.
 */
export async function openSqliteStore(
  options: SqliteStoreOptions,
  testing: { synchronous?: 'OFF' } = {},
): Promise<Store> {
  const { file, bufferedBytes, onDamaged } = options
  prepareFile(file)
  const worker: WorkerOptions = { file, synchronous: testing.synchronous ?? 'FULL' }
  const { log, index } = await load(worker).catch(async (error: unknown) => {
    if (!(error instanceof DamagedStoreError)) throw error
    await readThrough(file)
    if (!onDamaged) throw error
    const keptAt = await keepAside(file, (options.now ?? Date.now)())
    onDamaged({ file, keptAt, reason: error.message })
    prepareFile(file)
    return load(worker)
  })
  return new MvccStore(log, index, bufferedBytes === undefined ? {} : { bufferedBytes })
}

async function load(options: WorkerOptions): Promise<{ log: SqliteCommitLog; index: MvccIndex }> {
  const index = new MvccIndex()
  const { log, revision, compacted } = await SqliteCommitLog.open(options, ({ value, ...row }) =>
    index.apply({ ...row, ...(value && { value }) }),
  )
  const leftOver = index.superseded(compacted)
  index.restore(revision, compacted)
  if (leftOver.length) await log.compact(compacted, leftOver)
  return { log, index }
}

/** Throws a `StorageError` when the disk can't read the file, which SQLite calls damage too, but which says nothing of it. */
async function readThrough(file: string): Promise<void> {
  try {
    for await (const _ of createReadStream(file));
  } catch (error) {
    throw new StorageError(`${file} can't be read (${errorMessage(error)}): check the disk`, {
      cause: error,
    })
  }
}

/** Renames the database and what SQLite keeps beside it, so that they still belong together. */
async function keepAside(file: string, now: number): Promise<string> {
  const time = new Date(now).toISOString().replace(/[-:]|[.]\d+/g, '')
  const keptAt = `${file}.damaged-${time}`
  for (const suffix of ['', '-wal', '-shm']) {
    await rename(`${file}${suffix}`, `${keptAt}${suffix}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
  return keptAt
}

/** Makes sure that the file is there, and readable for its owner alone: it holds secrets. */
function prepareFile(file: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600))
  } catch (error) {
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC'
    throw new (full ? StorageFullError : StorageError)(
      `${file} can't be used to keep objects (${errorMessage(error)}): ${full ? 'free some space' : 'choose another data directory'}`,
      { cause: error },
    )
  }
}
