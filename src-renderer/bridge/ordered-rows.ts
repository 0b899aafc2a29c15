import type { TableRow } from '../../src-main/contract/tables.ts'
import type { LiveTable, TableChange } from './live-table.ts'
import { SortedRows } from './sorted-rows.ts'
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
 * Order and membership of a live table under a filter and a sort. Every row keeps its place, shown or not: a change
 * moves only the rows it names, and a filter that is typed sorts nothing. While it is held nothing moves: gone rows
 * leave, new ones wait at the end.
 */
export class OrderedRows {
  readonly order: Store<Order>
  readonly #table: LiveTable
  #ordering: Ordering
  /** All rows, those that the filter hides among them. */
  #all: SortedRows
  #shown: SortedRows
  #held = false

  constructor(table: LiveTable, ordering: Ordering) {
    this.#table = table
    this.#ordering = ordering
    this.#all = new SortedRows([], this.#compare)
    this.#shown = this.#all
    this.order = new Store<Order>({ uids: [], waiting: false }, () => {
      this.#rebuild()
      const listening = table.changes.on(change => this.#change(change))
      return () => listening[Symbol.dispose]()
    })
  }

  /** Changes filter or sort at once, held or not: a person asked for it. */
  reorder(ordering: Ordering): void {
    if (ordering === this.#ordering) return
    const isSorted = ordering.compare === this.#ordering.compare
    this.#ordering = ordering
    if (isSorted) this.#shown = this.#all.filter(ordering.accepts)
    else this.#sort()
    this.#publish(this.#shown.uids)
  }

  /** While held, rows keep their places. */
  hold(held: boolean): void {
    if (this.#held === held) return
    this.#held = held
    if (!held && this.order.get().waiting) this.#publish(this.#shown.uids)
  }

  #rebuild(): void {
    this.#sort()
    this.#publish(this.#shown.uids)
  }

  #sort(): void {
    this.#all = new SortedRows(this.#table.rows().values(), this.#compare)
    this.#shown = this.#all.filter(this.#ordering.accepts)
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
    const moved = this.#take(change)
    const now = this.order.get()
    if (!moved && !now.waiting) return
    const next = this.#shown.uids
    if (same(now.uids, next)) this.#publish(now.uids)
    else if (this.#held) this.#publish(keepPlaces(now.uids, next), true)
    else this.#publish(next)
  }

  /** Answers whether what shows, or its order, may have changed. */
  #take({ upserts, deletes }: Exclude<TableChange, 'all'>): boolean {
    let moved = false
    for (const uid of deletes) {
      this.#all.remove(uid)
      moved = this.#shown.remove(uid) || moved
    }
    for (const uid of upserts) {
      const row = this.#table.row(uid)
      if (!row) continue
      this.#all.put(row)
      const isShown = this.#ordering.accepts(row)
      moved = (isShown ? this.#shown.put(row) : this.#shown.remove(uid)) || moved
    }
    return moved
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

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((uid, index) => uid === b[index])

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
