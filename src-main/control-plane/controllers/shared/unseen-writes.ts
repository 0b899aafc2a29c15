import type { Clock } from '#base/clock.ts'

/** How long an object we made may stay unseen before it counts as gone again. */
const unseenMs = 30_000

/** Objects that a controller made for a key and its informer hasn't shown: making more on its word would double them. */
export class UnseenWrites {
  readonly #clock: Clock
  readonly #names = new Map<string, Map<string, number>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes in an object that was made, unless the informer shows it already. */
  made(key: string, name: string): void {
    const names = this.#names.get(key) ?? new Map<string, number>()
    this.#names.set(key, names)
    names.set(name, this.#clock.monotonic())
  }

  /** Takes in that the informer showed an object. */
  seen(key: string, name: string): void {
    this.#names.get(key)?.delete(name)
  }

  /** Milliseconds to wait when something is still to be seen. */
  waitMs(key: string): number | undefined {
    const names = this.#names.get(key)
    if (!names) return undefined
    const now = this.#clock.monotonic()
    for (const [name, at] of names) if (now - at >= unseenMs) names.delete(name)
    return names.size > 0 ? unseenMs : undefined
  }

  forget(key: string): void {
    this.#names.delete(key)
  }
}
