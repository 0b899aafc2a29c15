import type { Clock } from '#base/clock.ts'

/** When keys are due again, for controllers that look at something at intervals and not whenever it changes. */
export class DueTimes {
  readonly #clock: Clock
  readonly #at = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Milliseconds until the key is due; 0 when it is. */
  leftMs(key: string): number {
    return Math.max(0, (this.#at.get(key) ?? 0) - this.#clock.monotonic())
  }

  /** Makes the key due in so many milliseconds, and answers them. */
  after(key: string, ms: number): number {
    this.#at.set(key, this.#clock.monotonic() + ms)
    return ms
  }

  /** Makes the key due at once, and forgets it. */
  now(key: string): void {
    this.#at.delete(key)
  }
}
