/**
 * The medium failed: nothing that the failed call asked for has happened. The message names the file or address, what
 * failed, and the way out. What was stored before stays readable.
 */
export class StorageError extends Error {
  override readonly name: string = 'StorageError'
}

/** No room is left; writes succeed again as soon as there is some. */
export class StorageFullError extends StorageError {
  override readonly name = 'StorageFullError'
}

/** The store was closed before, or while, the call ran. */
export class StoreClosedError extends StorageError {
  override readonly name = 'StoreClosedError'

  constructor() {
    super('the store is closed')
  }
}

/** The file was written by a newer version of the program; it was left as it is. */
export class NewerSchemaError extends StorageError {
  override readonly name = 'NewerSchemaError'

  constructor(file: string, found: number, known: number) {
    super(
      `${file} was written by a newer version of Slipway (format ${found}; this version knows up to ${known}). ` +
        'Update Slipway, or choose another data directory.',
    )
  }
}

/** The file can't be read as a database. */
export class DamagedStoreError extends StorageError {
  override readonly name = 'DamagedStoreError'
  readonly file: string

  constructor(file: string, reason: string) {
    super(`${file} is damaged (${reason})`)
    this.file = file
  }
}
