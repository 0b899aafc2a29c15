import type { HPAScalingRules } from '#kubernetes/api/autoscaling-v2.ts'
import type { ScaleEvent } from './scaling-rules.ts'

const defaultWindowMs = 5 * 60_000
/** No period or window of a behaviour is longer. */
const longestMs = 3600_000

interface Recommendation {
  replicas: number
  at: number
}

/** What was recommended for one autoscaler and done, as far back as its rules look. Lost at a restart, as upstream. */
export class ScalingHistory {
  #recommendations: Recommendation[] = []
  ups: ScaleEvent[] = []
  downs: ScaleEvent[] = []

  /** A size to start from: nothing is scaled down just because the past isn't known. */
  begin(replicas: number, now: number): void {
    if (this.#recommendations.length === 0) this.#recommendations.push({ replicas, at: now })
  }

  /** The highest of the recent recommendations. */
  stabilized(desired: number, now: number): number {
    this.#recommend(desired, now)
    const since = now - defaultWindowMs
    return Math.max(...this.#since(since), desired)
  }

  /** As near to the newest recommendation as those within the windows of both directions allow. */
  stabilizedByRules(
    { current, desired }: { current: number; desired: number },
    rules: { up: HPAScalingRules; down: HPAScalingRules },
    now: number,
  ): number {
    const upWindow = (rules.up.stabilizationWindowSeconds ?? 0) * 1000
    const downWindow = (rules.down.stabilizationWindowSeconds ?? defaultWindowMs / 1000) * 1000
    const lowest = Math.min(desired, ...this.#since(now - upWindow))
    const highest = Math.max(desired, ...this.#since(now - downWindow))
    this.#recommend(desired, now)
    return Math.min(Math.max(current, lowest), highest)
  }

  scaled(from: number, to: number, now: number): void {
    const recent = ({ at }: ScaleEvent) => at > now - longestMs
    const event = { change: Math.abs(to - from), at: now }
    this.ups = [...this.ups.filter(recent), ...(to > from ? [event] : [])]
    this.downs = [...this.downs.filter(recent), ...(to < from ? [event] : [])]
  }

  #since(time: number): number[] {
    return this.#recommendations.filter(({ at }) => at > time).map(({ replicas }) => replicas)
  }

  #recommend(replicas: number, at: number): void {
    const kept = this.#recommendations.filter(one => one.at > at - longestMs)
    this.#recommendations = [...kept, { replicas, at }]
  }
}
