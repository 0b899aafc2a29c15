import type { Clock } from '#base/clock.ts'

/** Silence until a node's condition becomes Unknown; upstream's `--node-monitor-grace-period`. */
const graceMs = 50_000
/** The same for a node that never reported; `--node-startup-grace-period`. */
const startupGraceMs = 60_000
/** When our own timers come this late, it was us who slept, not the nodes. */
const latenessMs = 10_000

/**
 * When each node last showed a sign of life: a renewed lease or a posted condition, by our own clock that only grows.
 * A process that was stopped (the computer slept, its clock was set) can't tell who was silent meanwhile;
 * it notices by its own lateness and gives every node a fresh period, so that waking up evicts nothing.
 */
export class Heartbeats {
  readonly #clock: Clock
  readonly #lastSeen = new Map<string, number>()
  readonly #dueAt = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  seen(node: string): void {
    this.#lastSeen.set(node, this.#clock.monotonic())
  }

  forget(node: string): void {
    this.#lastSeen.delete(node)
    this.#dueAt.delete(node)
  }

  /** Milliseconds until the node counts as silent; 0 or less when it does. Look again after as many. */
  leftMs(node: string, hasReported: boolean): number {
    const now = this.#clock.monotonic()
    const due = this.#dueAt.get(node)
    if (due !== undefined && now - due > latenessMs) this.#wokeUp(now)
    const since = this.#lastSeen.get(node) ?? now
    this.#lastSeen.set(node, since)
    const left = since + (hasReported ? graceMs : startupGraceMs) - now
    if (left > 0) this.#dueAt.set(node, now + left)
    else this.#dueAt.delete(node)
    return left
  }

  #wokeUp(now: number): void {
    for (const node of this.#lastSeen.keys()) this.#lastSeen.set(node, now)
    this.#dueAt.clear()
  }
}
