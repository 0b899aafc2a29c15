import { knownFormat } from './sqlite-database.ts'
import type { Failure } from './sqlite-messages.ts'
import {
  DamagedStoreError,
  NewerSchemaError,
  StorageError,
  StorageFullError,
} from './storage-errors.ts'

/** The error that says what failed on `file`, and what to do about it. */
export function toStorageError(file: string, { kind, message, found }: Failure): StorageError {
  switch (kind) {
    case 'full':
      return new StorageFullError(
        `no space is left for ${file}: free some, or move the data directory; what is stored stays readable (${message})`,
      )
    case 'damaged':
      return new DamagedStoreError(file, message)
    case 'newer':
      return new NewerSchemaError(file, found ?? 0, knownFormat)
    case 'busy':
      return new StorageError(`${file} is in use by another process: stop that one first`)
    case 'readonly':
      return new StorageError(
        `${file} can't be opened for writing: check the directory's permissions, or choose another one (${message})`,
      )
    case 'foreign':
      return new StorageError(
        `${file} is a database of another program: move it away, or choose another data directory`,
      )
    case 'io':
      return new StorageError(
        `reading or writing ${file} failed (${message}): check the disk; writes are tried again with the next request`,
      )
  }
}
