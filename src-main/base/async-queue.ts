/**
 * A queue between one or more writers and one reader that iterates it.
 * `close` ends the reader after what is queued; `fail` makes it throw. Bounded by `limit`: `push` says false when full,
 * and the writer decides what to give up.
 */
export class AsyncQueue<T> implements AsyncIterable<T> {
  readonly #items: T[] = []
  readonly #limit: number
  #wake: (() => void) | undefined
  #ended = false
  #error: unknown

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit
  }

  /** How many items wait. */
  get size(): number {
    return this.#items.length
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Adds an item; false when the queue is full or ended, and then nothing was added. */
  push(item: T): boolean {
    if (this.#ended || this.#items.length >= this.#limit) return false
    this.#items.push(item)
    this.#wake?.()
    return true
  }

  /** Ends the queue: what is in it can still be read. */
  close(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** Ends the queue with an error that the reader gets after what is in it. */
  fail(error: unknown): void {
    if (this.#ended) return
    this.#error = error
    this.close()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    try {
      for (;;) {
        while (this.#items.length) yield this.#items.shift() as T
        if (this.#ended) {
          if (this.#error !== undefined) throw this.#error
          return
        }
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
        this.#wake = undefined
      }
    } finally {
      this.#ended = true
    }
  }
}
