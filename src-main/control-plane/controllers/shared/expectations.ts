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
    this.expect(key, count, [])
  }

  /** `uids` of the objects that are about to be deleted. */
  expectDeletions(key: string, uids: Iterable<string>): void {
    this.expect(key, 0, uids)
  }

  /** Expects both; what was expected of the key before counts no more. */
  expect(key: string, creations: number, deletions: Iterable<string>): void {
    const at = this.#clock.monotonic()
    this.#expected.set(key, { creations, deletions: new Set(deletions), at })
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
