import type { Revision, StoreEvent } from './store.ts'

/** The events since the last compaction, oldest first. Revisions may have gaps (those of writes that failed). */
export class EventHistory {
  #events: StoreEvent[] = []

  push(event: StoreEvent): void {
    this.#events.push(event)
  }

  /** The events with revisions in (after, upTo], at most `limit` of them. */
  between(after: number, upTo: number, limit = Number.POSITIVE_INFINITY): StoreEvent[] {
    const start = this.#indexAfter(after)
    return this.#events.slice(start, Math.min(this.#indexAfter(upTo), start + limit))
  }

  /** Forgets the events up to and including `upTo`. */
  forget(upTo: Revision): void {
    this.#events = this.#events.slice(this.#indexAfter(upTo))
  }

  /** The index of the first event with a revision greater than `revision`. */
  #indexAfter(revision: number): number {
    let [low, high] = [0, this.#events.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#events[middle]?.revision ?? 0) <= revision) low = middle + 1
      else high = middle
    }
    return low
  }
}
