import type { Clock } from './clock.ts'

interface Entry {
  ms: number
  last: number
}

/**
 * Exponential back-off per key: 1st delay `initialMs`, doubling up to `maxMs`.
 * A key that was left alone for `resetAfterMs` (default: twice the maximum) starts again.
 */
export class Backoff {
  readonly #options: { clock: Clock; initialMs: number; maxMs: number; resetAfterMs?: number }
  readonly #entries = new Map<string, Entry>()

  constructor(options: { clock: Clock; initialMs: number; maxMs: number; resetAfterMs?: number }) {
    this.#options = options
  }

  /** Counts a failure of `key` and says how many milliseconds to wait. */
  next(key: string): number {
    const { clock, initialMs, maxMs, resetAfterMs = maxMs * 2 } = this.#options
    const now = clock.monotonic()
    const entry = this.#entries.get(key)
    const fresh = !entry || now - entry.last > resetAfterMs + entry.ms
    const ms = fresh ? initialMs : Math.min(entry.ms * 2, maxMs)
    this.#entries.set(key, { ms, last: now })
    return ms
  }

  /** Forgets a key that succeeded. */
  reset(key: string): void {
    this.#entries.delete(key)
  }
}
