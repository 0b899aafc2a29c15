import type { TableRow } from '../../src-main/contract/tables.ts'
import type { LiveTable, TableChange } from './live-table.ts'
import { Store } from './store.ts'

export interface Ordering {
  /** Which rows show. */
  readonly accepts: (row: TableRow) => boolean
  /** Which comes first; ties are broken by namespace and name. */
  readonly compare: (a: TableRow, b: TableRow) => number
}

/** The uids that show, in order. `waiting`: rows would stand elsewhere, were the order not held. */
export interface Order {
  readonly uids: readonly string[]
  readonly waiting: boolean
}

/**
 * Order and membership of a live table under a filter and a sort. A change moves only the rows it names, so that a
 * hundred changes a second on 10,000 rows stay cheap. While it is held nothing moves: gone rows leave, new ones wait at
 * the end.
 */
export class OrderedRows {
  readonly order: Store<Order>
  readonly #table: LiveTable
  #ordering: Ordering
  #sorted: TableRow[] = []
  #held = false

  constructor(table: LiveTable, ordering: Ordering) {
    this.#table = table
    this.#ordering = ordering
    this.order = new Store<Order>({ uids: [], waiting: false }, () => {
      this.#rebuild()
      const listening = table.changes.on(change => this.#change(change))
      return () => listening[Symbol.dispose]()
    })
  }

  /** Changes filter or sort at once, held or not: a person asked for it. */
  reorder(ordering: Ordering): void {
    this.#ordering = ordering
    this.#rebuild()
  }

  /** While held, rows keep their places. */
  hold(held: boolean): void {
    if (this.#held === held) return
    this.#held = held
    if (!held && this.order.get().waiting) this.#publish(this.#sorted.map(row => row.uid))
  }

  #rebuild(): void {
    this.#sorted = [...this.#table.rows().values()]
      .filter(this.#ordering.accepts)
      .sort(this.#compare)
    this.#publish(this.#sorted.map(row => row.uid))
  }

  #compare = (a: TableRow, b: TableRow): number =>
    this.#ordering.compare(a, b) ||
    byText(a.namespace ?? '', b.namespace ?? '') ||
    byText(a.name, b.name) ||
    byText(a.uid, b.uid)

  #change(change: TableChange): void {
    if (change === 'all') {
      this.#rebuild()
      return
    }
    const touched = new Set([...change.upserts, ...change.deletes])
    const stay = this.#sorted.filter(row => !touched.has(row.uid))
    const come = change.upserts
      .flatMap(uid => this.#table.row(uid) ?? [])
      .filter(this.#ordering.accepts)
      .sort(this.#compare)
    this.#sorted = merge(stay, come, this.#compare)
    const next = this.#sorted.map(row => row.uid)
    const now = this.order.get().uids
    if (same(now, next)) this.#publish(now)
    else if (this.#held) this.#publish(keepPlaces(now, next), true)
    else this.#publish(next)
  }

  #publish(uids: readonly string[], waiting = false): void {
    const now = this.order.get()
    if (uids !== now.uids || waiting !== now.waiting) this.order.set({ uids, waiting })
  }
}

/** The order as it was, without the rows that left and with the new ones at the end. */
function keepPlaces(now: readonly string[], next: readonly string[]): string[] {
  const wanted = new Set(next)
  const kept = now.filter(uid => wanted.delete(uid))
  return [...kept, ...wanted]
}

function merge<T>(a: readonly T[], b: readonly T[], compare: (x: T, y: T) => number): T[] {
  const out: T[] = []
  let at = 0
  for (const item of b) {
    while (at < a.length && compare(a[at] as T, item) <= 0) out.push(a[at++] as T)
    out.push(item)
  }
  while (at < a.length) out.push(a[at++] as T)
  return out
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((uid, index) => uid === b[index])

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
