import type { Clock } from '#base/clock.ts'
import { WakeTimer } from './wake-timer.ts'

const firstRetryMs = 1000
const longestRetryMs = 10_000

export interface SyncLoopOptions {
  clock: Clock
  /** One round of work, which reads everything afresh. */
  round(): Promise<void>
  /** Whether a round was broken off on purpose; it then isn't tried again when another one is wanted anyway. */
  isBrokenOff(): boolean
  /** Hears why a round failed that is tried again. */
  onFailure(error: unknown): void
}

/**
 * Rounds of work, one at a time: whatever asks for one meanwhile gets one more. A round that fails is tried again,
 * after a pause that grows with each failure.
 */
export class SyncLoop implements AsyncDisposable {
  readonly #options: SyncLoopOptions
  readonly #timer: WakeTimer
  #isWanted = false
  #isStopped = false
  #running: Promise<void> | undefined
  #retryMs = firstRetryMs

  constructor(options: SyncLoopOptions) {
    this.#options = options
    this.#timer = new WakeTimer(options.clock, () => this.wake())
  }

  /** Asks for a round. */
  wake(): void {
    this.#isWanted = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#isWanted && !this.#isStopped) this.wake()
    })
  }

  /** Asks for a round in so many milliseconds, if none comes before. */
  wakeIn(ms: number): void {
    this.#timer.wakeIn(ms)
  }

  /** Lets the round that is under way end; no other begins. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true
    this.#timer[Symbol.dispose]()
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false
      try {
        await this.#options.round()
        this.#retryMs = firstRetryMs
      } catch (error) {
        if (this.#isStopped || (this.#isWanted && this.#options.isBrokenOff())) continue
        this.#options.onFailure(error)
        this.#timer.wakeIn(this.#retryMs)
        this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs)
      }
    }
  }
}
