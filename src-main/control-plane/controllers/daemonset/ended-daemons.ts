import { Backoff } from '#base/backoff.ts'
import type { Clock } from '#base/clock.ts'
import type { DaemonSet } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { nodeOf } from './daemon-pods.ts'

/**
 * Keeps pods that end by themselves from being replaced in a loop: the first on a node is replaced at once, the next
 * after 1 s, doubling up to 15 min.
 */
export class EndedDaemons {
  readonly #backoff: Backoff
  /** When each ended pod may be replaced, by uid. */
  readonly #dueAt = new Map<string, number>()
  /** The nodes on which pods of a DaemonSet ended, by its uid. */
  readonly #nodes = new Map<string, Set<string>>()

  constructor(clock: Clock) {
    this.#backoff = new Backoff({ clock, initialMs: 1000, maxMs: 900_000 })
  }

  /** Milliseconds until an ended pod may be replaced; 0 when it may be now. */
  untilDue({ metadata }: Stored<DaemonSet>, pod: Stored<Pod>, now: number): number {
    const { uid } = pod.metadata
    const due = this.#dueAt.get(uid) ?? now + this.#delay(metadata.uid, nodeOf(pod) ?? '')
    this.#dueAt.set(uid, due)
    return Math.max(0, due - now)
  }

  /** Forgets a pod that is going. */
  podDeleted({ metadata }: Stored<Pod>): void {
    this.#dueAt.delete(metadata.uid)
  }

  /** Forgets a DaemonSet that is gone. */
  forget({ metadata }: Stored<DaemonSet>): void {
    for (const node of this.#nodes.get(metadata.uid) ?? []) {
      this.#backoff.reset(`${metadata.uid}/${node}`)
    }
    this.#nodes.delete(metadata.uid)
  }

  #delay(uid: string, node: string): number {
    const nodes = this.#nodes.get(uid) ?? new Set()
    this.#nodes.set(uid, nodes)
    const delay = this.#backoff.next(`${uid}/${node}`)
    if (nodes.has(node)) return delay
    nodes.add(node)
    return 0
  }
}
