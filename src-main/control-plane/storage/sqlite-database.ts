import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { PackedBatch, StoredRow, WorkerOptions } from './sqlite-messages.ts'
import type { Revision } from './store.ts'

/** The format that this version writes; kept in the file's `user_version`. */
export const knownFormat = 1
/** Marks the file as ours; kept in the file's `application_id`. Spells "Slip". */
const applicationId = 0x536c6970

/** The file was written in a newer format than this version knows. */
export class NewerFormat extends Error {
  readonly found: number
  constructor(found: number) {
    super(`format ${found}`)
    this.found = found
  }
}

/** The file is a database of some other program. */
export class ForeignDatabase extends Error {}

/** The file's contents contradict themselves. */
export class DamagedRow extends Error {}

const schema = `
  CREATE TABLE log (
    revision INTEGER PRIMARY KEY, -- one write, in order
    key TEXT NOT NULL,
    created INTEGER NOT NULL,     -- the revision that created the key
    value BLOB,                   -- NULL: the key was deleted
    checksum INTEGER NOT NULL     -- CRC-32 of the value
  ) STRICT;
  CREATE TABLE compaction (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT;
  INSERT INTO compaction VALUES (1, 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${knownFormat};
`

/**
 * The append-only log of writes in one SQLite file: WAL, exclusive to this process, a commit is on the disk before it is
 * answered. Its cache is tiny, since everything is read once, at the start.
 */
export class SqliteDatabase {
  readonly #database: DatabaseSync
  readonly #insert: StatementSync
  readonly #remove: StatementSync
  readonly #setCompacted: StatementSync

  constructor({ file, synchronous }: WorkerOptions) {
    this.#database = new DatabaseSync(file)
    try {
      this.#prepare(synchronous)
      this.#insert = this.#database.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?)')
      this.#remove = this.#database.prepare('DELETE FROM log WHERE revision = ?')
      this.#setCompacted = this.#database.prepare(
        'UPDATE compaction SET revision = max(revision, ?)',
      )
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  /** All rows in revision order. Throws `DamagedRow` for one whose checksum is wrong. */
  *rows(): Generator<StoredRow> {
    const select = this.#database.prepare(
      'SELECT revision, key, created, value, checksum FROM log ORDER BY revision',
    )
    for (const row of select.iterate()) {
      const stored = row as unknown as StoredRow & { checksum: number }
      const { revision, key, created, value, checksum } = stored
      if (crc32(value ?? '') !== checksum) throw new DamagedRow(`checksum of revision ${revision}`)
      yield { revision, key, created, value }
    }
  }

  /** The revision that history was compacted to. */
  compacted(): Revision {
    const row = this.#database.prepare('SELECT revision FROM compaction').get()
    const { revision = 0 } = { ...row }
    return Number(revision) as Revision
  }

  append({ revisions, keys, created, lengths, values }: PackedBatch): void {
    this.#transaction(() => {
      let offset = 0
      for (const [index, revision] of revisions.entries()) {
        const length = lengths[index] ?? -1
        const value = length < 0 ? null : values.subarray(offset, offset + length)
        offset += Math.max(0, length)
        this.#insert.run(
          revision,
          keys[index] ?? '',
          created[index] ?? revision,
          value,
          crc32(value ?? ''),
        )
      }
    })
  }

  compact(upTo: number, superseded: readonly number[]): void {
    this.#transaction(() => {
      this.#setCompacted.run(upTo)
      for (const revision of superseded) this.#remove.run(revision)
    })
  }

  close(): void {
    this.#database.close()
  }

  #prepare(synchronous: WorkerOptions['synchronous']): void {
    const database = this.#database
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    const pragma = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0)
    const [format, application] = [pragma('user_version'), pragma('application_id')]
    const isEmpty = !database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()
    if (!isEmpty && application !== applicationId) throw new ForeignDatabase()
    if (format > knownFormat) throw new NewerFormat(format)
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${synchronous};
      PRAGMA fullfsync = ON;            -- macOS: the disk's own cache too
      PRAGMA checkpoint_fullfsync = ON;
      PRAGMA cache_size = -1024;        -- kB
    `)
    if (isEmpty) this.#transaction(() => database.exec(schema))
  }

  #transaction(body: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      body()
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }
}
