import type { Clock } from '#base/clock.ts'

/** What a key waits at least that its own worker puts back: the event loop gets its turn in between. */
const shortestReturnMs = 1

/**
 * A queue of keys for workers, with client-go's guarantees:
 * - fair: keys come out in the order they were added;
 * - a key that is added again before it came out comes out once;
 * - no key is with two workers at once;
 * - a key that is added while a worker has it comes out again after `done`.
 *
 * `addAfter` adds later; of several delays for one key the shortest wins. `addRateLimited` delays by a back-off that
 * doubles with each failure of the key (5 ms up to 1000 s) until `forget`.
 */
export class WorkQueue implements Disposable {
  readonly #clock: Clock
  readonly #limits: { baseMs: number; maxMs: number }
  readonly #ready = new Set<string>()
  readonly #processing = new Set<string>()
  readonly #again = new Set<string>()
  readonly #delayed = new Map<string, { at: number; timer: Disposable }>()
  readonly #failures = new Map<string, number>()
  readonly #waiting: ((key: string | undefined) => void)[] = []
  #shutDown = false

  constructor(clock: Clock, limits: { baseMs?: number; maxMs?: number } = {}) {
    this.#clock = clock
    this.#limits = { baseMs: 5, maxMs: 1_000_000, ...limits }
  }

  /** How many keys wait for a worker now. */
  get length(): number {
    return this.#ready.size
  }

  /** Whether nothing is ready or with a worker; delayed keys don't count. */
  get idle(): boolean {
    return this.#ready.size === 0 && this.#processing.size === 0
  }

  add(key: string): void {
    if (this.#shutDown) return
    if (this.#processing.has(key)) {
      this.#again.add(key)
      return
    }
    const worker = this.#ready.has(key) ? undefined : this.#waiting.shift()
    if (!worker) {
      this.#ready.add(key)
      return
    }
    this.#processing.add(key)
    worker(key)
  }

  /**
   * Adds a key after `ms` milliseconds; at once when `ms` isn't positive. A key that a worker has comes back after 1 ms
   * at the earliest: a worker that keeps asking for its key at once would otherwise let nothing else run.
   */
  addAfter(key: string, ms: number): void {
    if (this.#shutDown) return
    if (ms <= 0 && !this.#processing.has(key)) {
      this.add(key)
      return
    }
    this.#addLater(key, Math.max(ms, shortestReturnMs))
  }

  #addLater(key: string, ms: number): void {
    const at = this.#clock.monotonic() + ms
    const known = this.#delayed.get(key)
    if (known && known.at <= at) return
    known?.timer[Symbol.dispose]()
    const timer = this.#clock.after(ms, () => {
      this.#delayed.delete(key)
      this.add(key)
    })
    this.#delayed.set(key, { at, timer })
  }

  /** Adds a key that failed after its back-off. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0
    this.#failures.set(key, failures + 1)
    const { baseMs, maxMs } = this.#limits
    this.addAfter(key, Math.min(baseMs * 2 ** failures, maxMs))
  }

  /** How often a key failed since it was last forgotten. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0
  }

  /** Ends a key's back-off, because it succeeded or was given up. */
  forget(key: string): void {
    this.#failures.delete(key)
  }

  /** The next key, when there is one; undefined once the queue was shut down. Each must be given back with `done`. */
  next(): Promise<string | undefined> {
    for (const key of this.#ready) {
      this.#ready.delete(key)
      this.#processing.add(key)
      return Promise.resolve(key)
    }
    if (this.#shutDown) return Promise.resolve(undefined)
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  /** A worker is finished with a key. */
  done(key: string): void {
    this.#processing.delete(key)
    if (this.#again.delete(key)) this.add(key)
  }

  /**
   * Runs `count` workers until the queue is shut down. `handle` must not throw;
   * the promise resolves when every worker has ended.
   */
  async work(count: number, handle: (key: string) => Promise<void>): Promise<void> {
    const worker = async () => {
      for (let key = await this.next(); key !== undefined; key = await this.next()) {
        try {
          await handle(key)
        } finally {
          this.done(key)
        }
      }
    }
    await Promise.all(Array.from({ length: count }, worker))
  }

  /** Takes no more keys, drops what waits and lets workers end after what they hold. */
  [Symbol.dispose](): void {
    this.#shutDown = true
    this.#ready.clear()
    this.#again.clear()
    for (const { timer } of this.#delayed.values()) timer[Symbol.dispose]()
    this.#delayed.clear()
    for (const resolve of this.#waiting.splice(0)) resolve(undefined)
  }
}
