import type { Clock } from '#base/clock.ts'

const initialMs = 10_000
const maxMs = 300_000

/**
 * The kubelet's back-off per key: the first retry is free, then 10 s doubling to 5 minutes.
 * A key that stayed well for twice the maximum starts over. Times are milliseconds since the epoch.
 */
export class RestartBackoff {
  readonly #clock: Clock
  readonly #entries = new Map<string, { ms: number; last: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How long `key`, which failed at `failedAt`, still has to wait; zero when it may be tried. */
  remaining(key: string, failedAt: number): number {
    const entry = this.#entries.get(key)
    if (!entry || failedAt - entry.last > 2 * maxMs) return 0
    return Math.max(0, failedAt + entry.ms - this.#clock.now())
  }

  /** The whole of the present delay. */
  delay(key: string): number {
    return this.#entries.get(key)?.ms ?? 0
  }

  /** Counts a try after a failure at `failedAt`: the next failure has to wait longer. */
  advance(key: string, failedAt: number): void {
    const entry = this.#entries.get(key)
    const fresh = !entry || failedAt - entry.last > 2 * maxMs
    const ms = fresh ? initialMs : Math.min(entry.ms * 2, maxMs)
    this.#entries.set(key, { ms, last: this.#clock.now() })
  }

  /** Forgets every key that begins with `prefix`. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key)
  }
}
