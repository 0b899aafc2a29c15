import { AsyncQueue } from '#base/async-queue.ts'
import { Emitter } from '#base/emitter.ts'
import type { TableColumn, TableRow, TableUpdate } from '#contract/tables.ts'

/** A live table of made-up rows. */
export class FakeTable {
  readonly columns: TableColumn[]
  readonly rows = new Map<string, TableRow>()
  readonly #updates = new Emitter<TableUpdate>()
  /** Set: the watch fails with this instead of answering. */
  failure: string | undefined
  /** True: the watch answers nothing. */
  silent = false

  constructor(columns: string[], rows: TableRow[] = []) {
    this.columns = columns.map(parseColumn)
    for (const row of rows) this.rows.set(row.uid, row)
  }

  change(upserts: TableRow[], deletes: string[] = []): void {
    for (const row of upserts) this.rows.set(row.uid, row)
    for (const uid of deletes) this.rows.delete(uid)
    this.#updates.emit({ type: 'change', upserts, deletes })
  }

  tell(update: TableUpdate): void {
    this.#updates.emit(update)
  }

  async *watch(namespaces: readonly string[], signal: AbortSignal): AsyncGenerator<TableUpdate> {
    if (this.failure) throw new Error(this.failure)
    const queue = new AsyncQueue<TableUpdate>()
    const shows = (row: TableRow) =>
      !namespaces.length || !row.namespace || namespaces.includes(row.namespace)
    using _ = this.#updates.on(update =>
      queue.push(
        update.type === 'change' ? { ...update, upserts: update.upserts.filter(shows) } : update,
      ),
    )
    signal.addEventListener('abort', () => queue.close(), { once: true })
    if (!this.silent) {
      const rows = [...this.rows.values()].filter(shows)
      yield { type: 'reset', columns: this.columns, rows: rows.slice(0, 500) }
      for (let at = 500; at < rows.length; at += 500) {
        yield { type: 'change', upserts: rows.slice(at, at + 500), deletes: [] }
      }
      yield { type: 'synced' }
    }
    yield* queue
  }
}

/** `Ready:integer`, `IP:string:1`: name, type, priority. */
function parseColumn(text: string): TableColumn {
  const [name = '', type = 'string', priority = '0'] = text.split(':')
  return {
    name,
    type,
    description: `${name} as the server describes it.`,
    priority: Number(priority),
  }
}
