import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { finishedAt } from './job-pods.ts'
import type { JobView } from './job-view.ts'

const initialMs = 10_000
const maxMs = 600_000

interface Failures {
  count: number
  last: number
}

/** How long Jobs wait before they replace pods that failed: 10 s after the first failure in a row, doubling up to 10 min. */
export class PodBackoff {
  readonly #records = new Map<string, Failures>()
  /** Pods that were taken into account, by Job. */
  readonly #seen = new Map<string, Set<string>>()

  /** Takes newly ended pods into account; answers how many milliseconds to wait before creating pods. */
  remaining(key: string, view: JobView, now: number): number {
    const seen = this.#seen.get(key) ?? new Set()
    const ended = [...view.newSucceeded, ...view.newFailed].filter(
      ({ metadata }) => !seen.has(metadata.uid),
    )
    const present = view.pods.map(({ metadata }) => metadata.uid).filter(uid => seen.has(uid))
    this.#seen.set(key, new Set([...present, ...ended.map(({ metadata }) => metadata.uid)]))
    const failed = new Set(view.newFailed)
    const record = this.#records.get(key) ?? { count: 0, last: 0 }
    for (const { pod, at } of inOrder(ended, now)) {
      record.count = failed.has(pod) ? record.count + 1 : 0
      if (failed.has(pod)) record.last = at
    }
    this.#records.set(key, record)
    return remainingOf(record, now)
  }

  forget(key: string): void {
    this.#records.delete(key)
    this.#seen.delete(key)
  }
}

/** Milliseconds until a pod may follow after `count` failures in a row, the last of them at `last`. */
export function remainingOf({ count, last }: Failures, now: number): number {
  if (count === 0) return 0
  return Math.max(0, last + Math.min(initialMs * 2 ** (count - 1), maxMs) - now)
}

const inOrder = (pods: Stored<Pod>[], now: number) =>
  pods.map(pod => ({ pod, at: finishedAt(pod, now) })).sort((a, b) => a.at - b.at)
