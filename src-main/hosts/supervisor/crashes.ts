import type { Clock } from '#base/clock.ts'

/** A process that crashes more often than this within five minutes is left stopped. */
export const crashLimit = 3
const crashWindowMs = 5 * 60_000

/** Counts how often a process crashed lately. */
export class Crashes {
  readonly #clock: Clock
  #times: number[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Notes a crash; answers how many there were in the last five minutes, this one included. */
  add(): number {
    const now = this.#clock.monotonic()
    this.#times = [...this.#times.filter(at => now - at < crashWindowMs), now]
    return this.#times.length
  }
}
