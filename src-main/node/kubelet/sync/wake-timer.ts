import type { Clock } from '#base/clock.ts'

/** One timer for many wishes: fires at the earliest, and never once it is disposed. */
export class WakeTimer implements Disposable {
  readonly #clock: Clock
  readonly #wake: () => void
  #at = Number.POSITIVE_INFINITY
  #timer: Disposable | undefined

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock
    this.#wake = wake
  }

  wakeIn(ms: number): void {
    const at = this.#clock.monotonic() + ms
    if (at >= this.#at) return
    this.#timer?.[Symbol.dispose]()
    this.#at = at
    this.#timer = this.#clock.after(ms, () => {
      this.#at = Number.POSITIVE_INFINITY
      this.#wake()
    })
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]()
    this.#at = Number.NEGATIVE_INFINITY
  }
}
