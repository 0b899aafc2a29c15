import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { ExtenderSettings } from '../configuration/extender-settings.ts'
import type { Candidate } from '../find-victims.ts'
import type { NodeRejection } from '../fit-error.ts'
import type { NodeState } from '../node-state.ts'
import type { PodInfo } from '../pod-info.ts'
import { type ConnectExtender, Extender } from './extender.ts'

/** The extenders of a configuration, asked one after the other. */
export class Extenders implements AsyncDisposable {
  readonly #extenders: readonly Extender[]
  readonly #logger: Logger

  constructor(
    settings: readonly ExtenderSettings[],
    by: { connect: ConnectExtender; clock: Clock; logger: Logger },
  ) {
    this.#extenders = settings.map(one => new Extender(one, by))
    this.#logger = by.logger
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const extender of this.#extenders) await extender[Symbol.asyncDispose]()
  }

  /** Whether any of them has to be asked about a pod. */
  concern({ pod }: PodInfo): boolean {
    return this.#extenders.some(one => one.isInterestedIn(pod))
  }

  /** The nodes that all of them let a pod go to. Throws when one fails that can't be done without. */
  async filter(
    pod: PodInfo,
    feasible: readonly NodeState[],
  ): Promise<{ nodes: readonly NodeState[]; rejections: Map<NodeState, NodeRejection> }> {
    const rejections = new Map<NodeState, NodeRejection>()
    let nodes = feasible
    for (const extender of this.#interestedIn(pod)) {
      const verb = extender.settings.verbs.filter
      if (!verb || nodes.length === 0) continue
      const answer = await this.#unlessIgnorable(extender, () => extender.filter(verb, pod, nodes))
      if (!answer) continue
      nodes = answer.nodes
      for (const [node, rejection] of answer.rejections) rejections.set(node, rejection)
    }
    return { nodes, rejections }
  }

  /** By node's name, what they add to its score. One that fails adds nothing. */
  async scores(pod: PodInfo, nodes: readonly NodeState[]): Promise<ReadonlyMap<string, number>> {
    const sums = new Map<string, number>()
    for (const extender of this.#interestedIn(pod)) {
      const verb = extender.settings.verbs.prioritize
      if (!verb) continue
      try {
        for (const [node, score] of await extender.scores(verb, pod, nodes)) {
          sums.set(node, (sums.get(node) ?? 0) + score)
        }
      } catch (error) {
        this.#leaveOut(extender, error)
      }
    }
    return sums
  }

  /** Has the pod bound by the one that binds; false when that is left to the scheduler. Throws when it fails. */
  async bind(pod: PodInfo, node: string): Promise<boolean> {
    for (const extender of this.#interestedIn(pod)) {
      const verb = extender.settings.verbs.bind
      if (!verb) continue
      const bound = await this.#unlessIgnorable(extender, async () => {
        await extender.bind(verb, pod, node)
        return true
      })
      if (bound) return true
    }
    return false
  }

  /** The places for displacing pods that all of them agree to. Throws when one fails that can't be done without. */
  async preempt(pod: PodInfo, candidates: readonly Candidate[]): Promise<readonly Candidate[]> {
    let left = candidates
    for (const extender of this.#interestedIn(pod)) {
      const verb = extender.settings.verbs.preempt
      if (!verb || left.length === 0) continue
      const answer = await this.#unlessIgnorable(extender, () => extender.preempt(verb, pod, left))
      if (!answer) continue
      left = answer.filter(({ node, victims }) => {
        if (victims.length > 0) return true
        if (extender.settings.ignorable) return false
        throw new Error(`expected at least one victim pod on node "${node.name}"`)
      })
    }
    return left
  }

  #interestedIn({ pod }: PodInfo): Extender[] {
    return this.#extenders.filter(one => one.isInterestedIn(pod))
  }

  async #unlessIgnorable<T>(extender: Extender, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask()
    } catch (error) {
      if (!extender.settings.ignorable) throw error
      this.#leaveOut(extender, error)
      return undefined
    }
  }

  #leaveOut({ settings }: Extender, error: unknown): void {
    const { url } = settings.address
    this.#logger.warn('went on without an extender', { extender: url, error: errorMessage(error) })
  }
}
