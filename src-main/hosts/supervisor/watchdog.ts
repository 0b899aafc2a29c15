import type { Clock } from '#base/clock.ts'
import type { Child } from './child.ts'

/** A silent process is asked after this time, and ended when it does not answer within the same time again. */
const heartbeatMs = 15_000

type Watched = Pick<Child<unknown, { type: 'ping' }>, 'send' | 'kill' | 'exited'>

/** Ends a child that stopped answering. Nothing runs while the child talks by itself. */
export class Watchdog implements Disposable {
  readonly #clock: Clock
  readonly #child: Watched
  #timer: Disposable | undefined
  #kept = false
  #ended = false

  constructor(clock: Clock, child: Watched) {
    this.#clock = clock
    this.#child = child
    void child.exited.then(() => {
      this.#ended = true
      this.#timer?.[Symbol.dispose]()
    })
    this.heard()
  }

  heard(): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = this.#clock.after(heartbeatMs, () => this.#ask())
  }

  /** Goes on after the scope that made it. */
  keep(): void {
    this.#kept = true
  }

  [Symbol.dispose](): void {
    if (!this.#kept) this.#timer?.[Symbol.dispose]()
  }

  #ask(): void {
    if (this.#ended) return
    this.#child.send({ type: 'ping' })
    const askedAt = this.#clock.monotonic()
    this.#timer = this.#clock.after(heartbeatMs, () => {
      const waitedMs = this.#clock.monotonic() - askedAt
      // A timer this late means that we slept ourselves; the answer may lie unread.
      if (waitedMs > 2 * heartbeatMs) this.#ask()
      else this.#child.kill()
    })
  }
}
