import type { StatefulSet } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodTerminal } from '#kubernetes/pod-state.ts'
import type { StatefulControl } from './stateful-control.ts'
import {
  endOrdinal,
  firstOrdinal,
  isAvailable,
  isHealthy,
  isTerminating,
  ordinalOf,
  revisionOf,
} from './stateful-pods.ts'
import type { Revisions } from './stateful-status.ts'

/**
 * One step of a StatefulSet towards its goal. In order, unless managed in parallel: each pod waits until its
 * predecessors are ready, scaling down goes from the end, and updates go from the end, one pod at a time.
 */
export class StatefulSync {
  readonly #set: Stored<StatefulSet>
  readonly #pods = new Map<number, Stored<Pod>>()
  readonly #revisions: Revisions
  readonly #control: StatefulControl
  readonly #now: number
  readonly #inOrder: boolean

  constructor(options: {
    set: Stored<StatefulSet>
    pods: readonly Stored<Pod>[]
    revisions: Revisions
    control: StatefulControl
    now: number
  }) {
    const { set } = options
    this.#set = set
    this.#revisions = options.revisions
    this.#control = options.control
    this.#now = options.now
    this.#inOrder = set.spec.podManagementPolicy !== 'Parallel'
    for (const pod of options.pods) {
      const ordinal = ordinalOf(set, pod.metadata.name)
      if (ordinal !== undefined) this.#pods.set(ordinal, pod)
    }
  }

  async step(): Promise<void> {
    const wanted = this.#ordinals()
    const condemned = [...this.#pods.keys()].filter(ordinal => !wanted.includes(ordinal))
    for (const [ordinal, pod] of this.#pods) {
      await this.#control.applyRetention(this.#set, ordinal, pod)
    }
    if (!(await this.#fill(wanted))) return
    if (!(await this.#drain(condemned.sort((a, b) => b - a)))) return
    await this.#roll(wanted)
  }

  #ordinals(): number[] {
    const first = firstOrdinal(this.#set)
    return Array.from({ length: endOrdinal(this.#set) - first }, (_, index) => first + index)
  }

  /** False when the rest has to wait. */
  async #fill(ordinals: number[]): Promise<boolean> {
    const steps = ordinals.map(ordinal => () => this.#fillOne(ordinal))
    if (!this.#inOrder) {
      const results = await Promise.allSettled(steps.map(step => step()))
      const failed = results.find(result => result.status === 'rejected')
      if (failed) throw failed.reason
      return true
    }
    for (const step of steps) if (!(await step())) return false
    return true
  }

  /** True when the ordinal's pod is there and available. */
  async #fillOne(ordinal: number): Promise<boolean> {
    const pod = this.#pods.get(ordinal)
    if (!pod) {
      await this.#control.create(this.#set, ordinal, this.#revisionAt(ordinal))
      return false
    }
    if (isPodTerminal(pod)) {
      if (!isTerminating(pod)) await this.#control.delete(this.#set, pod)
      return false
    }
    if (isTerminating(pod)) return false
    await this.#control.mend(this.#set, pod, ordinal)
    return this.#isWell(pod)
  }

  /** A pod that was of the current revision comes back as such until the update reaches it. */
  #revisionAt(ordinal: number) {
    const { updateStrategy } = this.#set.spec
    const { current, update } = this.#revisions
    if (updateStrategy?.type !== 'RollingUpdate') return update
    const first = firstOrdinal(this.#set)
    const { partition } = updateStrategy.rollingUpdate ?? {}
    const currentUpTo = first + (partition ?? this.#set.status?.currentReplicas ?? 0)
    return ordinal < currentUpTo ? current : update
  }

  /**
   * Removes pods beyond the last; false when the rest has to wait. In order, all before a pod have to be well before it
   * goes: of several that are not, only the first may.
   */
  async #drain(condemned: number[]): Promise<boolean> {
    const sick = condemned.findLast(ordinal => !this.#isWell(this.#pods.get(ordinal)))
    for (const ordinal of condemned) {
      const pod = this.#pods.get(ordinal)
      if (!pod) continue
      const waits = this.#inOrder && ordinal !== sick && !this.#isWell(pod)
      if (!isTerminating(pod) && !waits) await this.#control.delete(this.#set, pod)
      if (this.#inOrder) return false
    }
    return true
  }

  /** Deletes the last pod of another revision, to come back as the new one, once all behind it are healthy. */
  async #roll(ordinals: number[]): Promise<void> {
    const { updateStrategy } = this.#set.spec
    if (updateStrategy?.type === 'OnDelete') return
    const first = firstOrdinal(this.#set)
    const from = first + (updateStrategy?.rollingUpdate?.partition ?? 0)
    const { name } = this.#revisions.update.metadata
    for (const ordinal of ordinals.toReversed()) {
      if (ordinal < from) return
      const pod = this.#pods.get(ordinal)
      if (!pod) return
      if (revisionOf(pod) !== name && !isTerminating(pod)) {
        await this.#control.delete(this.#set, pod)
        return
      }
      if (!this.#isWell(pod)) return
    }
  }

  #isWell(pod: Stored<Pod> | undefined): boolean {
    return pod !== undefined && isHealthy(pod) && isAvailable(pod, this.#set, this.#now)
  }
}
