import type { Clock } from '#base/clock.ts'

interface Expected {
  creations: number
  deletions: Set<string>
  at: number
}

/** After this long without seeing what was expected, a controller acts on what it sees. */
const timeoutMs = 300_000

/**
 * What a controller did and hasn't seen yet in its informer. While anything is outstanding for a key,
 * its informer lags behind its own writes, and acting on it would create or delete too much.
 *
 * Example: 3 pods are wanted, none seen. The controller expects 3 creations and creates them. Until the informer
 * has announced three, a second reconcile (woken by the first pod) must not create the two it can't see yet.
 */
export class Expectations {
  readonly #clock: Clock
  readonly #expected = new Map<string, Expected>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether everything expected for the key was seen, or it is too long ago. */
  satisfied(key: string): boolean {
    const expected = this.#expected.get(key)
    if (!expected) return true
    if (expected.creations <= 0 && expected.deletions.size === 0) return true
    return this.#clock.monotonic() - expected.at > timeoutMs
  }

  expectCreations(key: string, count: number): void {
    this.#expected.set(key, { creations: count, deletions: new Set(), at: this.#clock.monotonic() })
  }

  /** `uids` of the objects that are about to be deleted. */
  expectDeletions(key: string, uids: Iterable<string>): void {
    this.#expected.set(key, {
      creations: 0,
      deletions: new Set(uids),
      at: this.#clock.monotonic(),
    })
  }

  /** Expects creations beside what is outstanding already. */
  addCreations(key: string, count: number): void {
    const deletions = this.#expected.get(key)?.deletions ?? new Set<string>()
    this.#expected.set(key, { creations: count, deletions, at: this.#clock.monotonic() })
  }

  /** A creation was seen, or failed and will not be seen. */
  creationObserved(key: string, count = 1): void {
    const expected = this.#expected.get(key)
    if (expected) expected.creations -= count
  }

  deletionObserved(key: string, uid: string): void {
    this.#expected.get(key)?.deletions.delete(uid)
  }

  /** Forgets a key whose object is gone. */
  forget(key: string): void {
    this.#expected.delete(key)
  }
}
