import type { TableRow } from '../../src-main/contract/tables.ts'

type Compare = (a: TableRow, b: TableRow) => number

/** Rows in a total order, by uid. One that comes, goes or changes costs a binary search, however many there are. */
export class SortedRows {
  readonly #compare: Compare
  readonly #rows: TableRow[]
  readonly #byUid: Map<string, TableRow>

  constructor(rows: Iterable<TableRow>, compare: Compare) {
    this.#compare = compare
    this.#rows = [...rows].sort(compare)
    this.#byUid = new Map(this.#rows.map(row => [row.uid, row]))
  }

  get uids(): string[] {
    return this.#rows.map(row => row.uid)
  }

  /** The rows that a filter lets through, in the same order. */
  filter(accepts: (row: TableRow) => boolean): SortedRows {
    const rows = new SortedRows([], this.#compare)
    for (const row of this.#rows) if (accepts(row)) rows.#append(row)
    return rows
  }

  /** Takes a row in, or its new state; answers whether the uids or their order changed. */
  put(row: TableRow): boolean {
    const before = this.#byUid.get(row.uid)
    this.#byUid.set(row.uid, row)
    const from = before ? this.#placeOf(before) : -1
    if (from >= 0 && this.#fits(row, from)) {
      this.#rows[from] = row
      return false
    }
    if (from >= 0) this.#rows.splice(from, 1)
    this.#rows.splice(this.#lowerBound(row), 0, row)
    return true
  }

  /** Drops a row; answers whether it was there. */
  remove(uid: string): boolean {
    const row = this.#byUid.get(uid)
    if (!row) return false
    this.#byUid.delete(uid)
    this.#rows.splice(this.#placeOf(row), 1)
    return true
  }

  #append(row: TableRow): void {
    this.#rows.push(row)
    this.#byUid.set(row.uid, row)
  }

  #fits(row: TableRow, at: number): boolean {
    const left = this.#rows[at - 1]
    const right = this.#rows[at + 1]
    return (!left || this.#compare(left, row) <= 0) && (!right || this.#compare(row, right) <= 0)
  }

  /** What rows are compared by may have moved under them (their use is measured apart): then it is looked for. */
  #placeOf(row: TableRow): number {
    const at = this.#lowerBound(row)
    return this.#rows[at] === row ? at : this.#rows.indexOf(row)
  }

  #lowerBound(row: TableRow): number {
    let low = 0
    let high = this.#rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#rows[middle]
      if (other && this.#compare(other, row) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
