import { Emitter } from '../../src-main/base/emitter.ts'
import type { InputOf } from '../../src-main/contract/contract.ts'
import type { TableColumn, TableRow, TableUpdate } from '../../src-main/contract/tables.ts'
import type { Connection } from './connection.ts'
import { keepOpen } from './live-value.ts'
import { Store } from './store.ts'

export type TableInput = InputOf<'tables.watch'>

/** How a live table stands, apart from its rows. */
export interface TableStatus {
  /**
   * `loading`: not every row is here yet. `stale`: the rows are as they were at `since`. `failed`: there are none to
   * show, though they may still come.
   */
  readonly state: 'loading' | 'live' | 'stale' | 'failed'
  readonly columns: readonly TableColumn[]
  readonly size: number
  readonly message?: string
  /** Milliseconds since the epoch. */
  readonly since?: number
}

/** Which rows came, changed or went; `all` when everything did. */
export type TableChange =
  | 'all'
  | { readonly upserts: readonly string[]; readonly deletes: readonly string[] }

const empty: TableStatus = { state: 'loading', columns: [], size: 0 }

/**
 * The rows of one kind as they are now, by uid. A row has its own listeners, so that one change renders one row;
 * order and membership are an `OrderedRows` on top. The watch runs from the first `use` to the end of the last.
 */
export class LiveTable {
  readonly status = new Store<TableStatus>(empty)
  readonly changes = new Emitter<TableChange>()
  /** Grows with every change of the rows. */
  revision = 0
  readonly #connection: Connection
  readonly #input: TableInput
  readonly #rows = new Map<string, TableRow>()
  readonly #listeners = new Map<string, Set<() => void>>()
  #kept: ReturnType<typeof keepOpen> | undefined
  #users = 0
  /** Whether all rows were here once: then what shows may be old, and before it nothing is known. */
  #known = false

  constructor(connection: Connection, input: TableInput) {
    this.#connection = connection
    this.#input = input
  }

  /** Starts the watch with the first user; disposing the last one's result stops it. */
  use(): Disposable {
    if (this.#users++ === 0) this.#start()
    let used = true
    return {
      [Symbol.dispose]: () => {
        if (!used) return
        used = false
        if (--this.#users === 0) this.#stop()
      },
    }
  }

  row(uid: string): TableRow | undefined {
    return this.#rows.get(uid)
  }

  rows(): ReadonlyMap<string, TableRow> {
    return this.#rows
  }

  subscribeRow(uid: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(uid) ?? new Set()
    this.#listeners.set(uid, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (!listeners.size) this.#listeners.delete(uid)
    }
  }

  retry = (): void => {
    this.status.update(status => ({ ...status, state: 'loading' }))
    this.#kept?.retry()
  }

  #start(): void {
    this.#kept = keepOpen(this.#connection, 'tables.watch', this.#input, {
      item: update => this.#apply(update),
      fail: ({ code, message }) =>
        code === 'closed' && this.#rows.size
          ? this.#turn({ state: 'stale', message, since: Date.now() })
          : this.#turn({ state: 'failed', message }),
    })
  }

  #stop(): void {
    this.#kept?.stop()
    this.#known = false
    this.#rows.clear()
    this.revision++
    this.status.set(empty)
  }

  #apply(update: TableUpdate): void {
    this.revision++
    switch (update.type) {
      case 'reset': {
        const before = [...this.#rows.keys()]
        this.#rows.clear()
        for (const row of update.rows) this.#rows.set(row.uid, row)
        this.status.set({ state: 'loading', columns: update.columns, size: this.#rows.size })
        this.changes.emit('all')
        for (const uid of before) this.#announce(uid)
        return
      }
      case 'change': {
        for (const uid of update.deletes) this.#rows.delete(uid)
        for (const row of update.upserts) this.#rows.set(row.uid, row)
        const upserts = update.upserts.map(row => row.uid)
        this.changes.emit({ upserts, deletes: update.deletes })
        for (const uid of [...upserts, ...update.deletes]) this.#announce(uid)
        if (this.#rows.size !== this.status.get().size) this.#turn({})
        return
      }
      case 'synced':
      case 'live':
        this.#known = true
        this.#turn({ state: 'live' })
        break
      case 'stale': {
        const { message, since } = update
        const isOld = this.#known || this.#rows.size > 0
        this.#turn(isOld ? { state: 'stale', message, since } : { state: 'failed', message })
      }
    }
  }

  #announce(uid: string): void {
    for (const listener of this.#listeners.get(uid) ?? []) listener()
  }

  #turn(part: Partial<TableStatus>): void {
    const { state, columns, message, since } = this.status.get()
    const kept = part.state ? {} : { ...(message && { message }), ...(since && { since }) }
    this.status.set({ state, columns, ...kept, ...part, size: this.#rows.size })
  }
}
