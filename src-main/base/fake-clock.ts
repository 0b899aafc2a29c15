import type { Clock } from './clock.ts'

interface Timer {
  at: number
  callback: () => void
}

/** A clock for tests: time stands still until `advance` moves it, firing the timers that fall due in order. */
export class FakeClock implements Clock {
  #now: number
  #monotonic = 0
  readonly #timers = new Set<Timer>()

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(ms: number, callback: () => void): Disposable {
    const timer: Timer = { at: this.#monotonic + Math.max(0, ms), callback }
    this.#timers.add(timer)
    return { [Symbol.dispose]: () => this.#timers.delete(timer) }
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size
  }

  /** Moves time on by `ms`, letting promises settle before and after each timer that falls due. */
  async advance(ms: number): Promise<void> {
    const target = this.#monotonic + ms
    await settle()
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.at - b.at)[0]
      if (!next || next.at > target) break
      this.#timers.delete(next)
      this.#move(next.at - this.#monotonic)
      next.callback()
      await settle()
    }
    this.#move(target - this.#monotonic)
    await settle()
  }

  /** Sets the wall clock without letting time pass, as when the machine's clock is corrected. */
  jump(ms: number): void {
    this.#now += ms
  }

  #move(ms: number): void {
    this.#monotonic += ms
    this.#now += ms
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}
