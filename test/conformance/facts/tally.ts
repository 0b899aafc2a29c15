/** How many rows of each table were held against the server, for the lane's last lines. */
export class Tally {
  readonly #counts = new Map<string, { asserted: number; notes: string[] }>()

  /** Counts rows of a table that were asserted. */
  count(table: string, asserted: number, ...notes: string[]): void {
    const entry = this.#counts.get(table) ?? { asserted: 0, notes: [] }
    entry.asserted += asserted
    entry.notes.push(...notes)
    this.#counts.set(table, entry)
  }

  toString(): string {
    const lines = [...this.#counts].map(([table, { asserted, notes }]) =>
      [`${table}: ${asserted} rows asserted`, ...notes].join('; '),
    )
    return lines.join('\n')
  }
}
