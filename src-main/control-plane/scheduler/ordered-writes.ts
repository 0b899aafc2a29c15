/**
 * Writes under way, a limited number at once. Those about one pod follow each other: a late `Unschedulable` must not
 * overwrite that it was scheduled.
 */
export class OrderedWrites {
  readonly #atOnce: number
  /** Those that take up room. */
  readonly #underWay = new Set<Promise<void>>()
  /** By pod, the last of its own. */
  readonly #last = new Map<string, Promise<void>>()

  constructor(atOnce: number) {
    this.#atOnce = atOnce
  }

  /** Begins a write when those about the same pod are over. One that waits for others takes up no room. */
  add(uid: string, write: () => Promise<void>, { waits = false } = {}): void {
    const before = this.#last.get(uid)
    const written: Promise<void> = (before ? before.then(write) : write()).finally(() => {
      if (this.#last.get(uid) === written) this.#last.delete(uid)
      this.#underWay.delete(written)
    })
    this.#last.set(uid, written)
    if (!waits) this.#underWay.add(written)
  }

  /** Waits while there is no room for another write; undefined when there is. */
  room(): Promise<void> | undefined {
    return this.#underWay.size < this.#atOnce ? undefined : this.#oneDone()
  }

  /** Resolves when everything that is under way now is over. */
  async all(): Promise<void> {
    await Promise.all(this.#last.values())
  }

  async #oneDone(): Promise<void> {
    while (this.#underWay.size >= this.#atOnce) await Promise.race(this.#underWay)
  }
}
