import { mkdirSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { writeFileAtomic } from './atomic-file.ts'

/** What a directory's holder says of itself, for a second start to read. */
export interface DirectoryHolder {
  pid: number
  [fact: string]: unknown
}

/**
 * The sole use of a directory. The system gives the lock up when the process ends, however it ends,
 * for it is a lock on an SQLite file; no stale lock needs guessing.
 */
export class DirectoryLock implements AsyncDisposable {
  readonly #directory: string
  readonly #release: () => void

  private constructor(directory: string, release: () => void) {
    this.#directory = directory
    this.#release = release
  }

  /** Undefined when another process, or this one, holds it. Throws when the directory can't be written. */
  static async tryAcquire(directory: string): Promise<DirectoryLock | undefined> {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const { DatabaseSync } = await import('node:sqlite')
    const database = new DatabaseSync(path.join(directory, 'lock'))
    try {
      database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    } catch (error) {
      database.close()
      if ((error as { errcode?: number }).errcode === sqliteBusy) return undefined
      throw error
    }
    return new DirectoryLock(directory, () => {
      if (database.isOpen) database.close()
    })
  }

  /** Tells a second start who holds the directory and how to reach it; 0600, for it may carry a token. */
  describe(facts: Record<string, unknown>): Promise<void> {
    const holder: DirectoryHolder = { ...facts, pid: process.pid }
    return writeFileAtomic(holderFile(this.#directory), `${JSON.stringify(holder)}\n`, {
      mode: 0o600,
      passing: true,
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(holderFile(this.#directory), { force: true })
    this.#release()
  }
}

/** What the holder last said; meaningful only while `tryAcquire` gives nothing. */
export async function readHolder(directory: string): Promise<DirectoryHolder | undefined> {
  try {
    return JSON.parse(await readFile(holderFile(directory), 'utf8')) as DirectoryHolder
  } catch {
    return undefined
  }
}

const sqliteBusy = 5
const holderFile = (directory: string) => path.join(directory, 'running.json')
