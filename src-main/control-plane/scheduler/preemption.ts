import { type Clock, formatTime } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { EventRecorder } from '#client/events.ts'
import type { Informer } from '#client/informer.ts'
import { pods } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import { podCondition } from '#kubernetes/pod-state.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import type { NodeChooser } from './choose-node.ts'
import type { Profile } from './configuration/profile.ts'
import { type Candidate, findCandidates, leastHarmfulFirst } from './find-victims.ts'
import type { FitFailure } from './fit-error.ts'
import type { Nominations } from './nominations.ts'
import type { PodInfo } from './pod-info.ts'
import type { SchedulerCache } from './scheduler-cache.ts'

const reason = 'PreemptionByScheduler'

/** What came of looking for pods to displace. */
export interface PreemptionResult {
  /** For the message of the pod that doesn't fit; empty when pods were found. */
  text: string
  /** Where the pod is to go; empty takes a nomination back, undefined leaves it as it is. */
  nominatedNode?: string
  /** Makes the victims leave; they may take their grace period. */
  evict?: () => Promise<void>
}

/** In whose name pods are displaced. */
interface Preemptor {
  profile: Profile
  recorder: EventRecorder
}

interface Parts {
  client: Client
  clock: Clock
  logger: Logger
  cache: SchedulerCache
  chooser: NodeChooser
  nominations: Nominations
  budgets: Informer<PodDisruptionBudget>
  random?: (() => number) | undefined
}

/** Makes room for pods that fit nowhere by displacing pods of lower priority. */
export class Preemption {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Looks for the least harmful place for a pod. */
  find(pod: PodInfo, failure: FitFailure, by: Preemptor): PreemptionResult {
    const places = this.#places(pod, failure, by.profile)
    return 'text' in places ? places : this.#at(pod, places, by)
  }

  /** Does so among those places that `agree` leaves: others have a say, and take their time. */
  async findAgreed(
    pod: PodInfo,
    failure: FitFailure,
    by: Preemptor & { agree: (places: readonly Candidate[]) => Promise<readonly Candidate[]> },
  ): Promise<PreemptionResult> {
    const places = this.#places(pod, failure, by.profile)
    if ('text' in places) return places
    return this.#at(pod, leastHarmfulFirst(await by.agree(places)), by)
  }

  /** Where pods could be displaced, the least harmful place first, or what there is to say when nowhere. */
  #places(
    pod: PodInfo,
    failure: FitFailure,
    profile: Profile,
  ): readonly Candidate[] | PreemptionResult {
    const { preemption: args } = profile
    if (!args) return { text: '' }
    if (pod.pod.spec?.preemptionPolicy === 'Never') {
      return { text: 'preemption: not eligible due to preemptionPolicy=Never.' }
    }
    if (this.#isWaiting(pod, failure)) {
      return { text: 'preemption: not eligible due to a terminating pod on the nominated node.' }
    }
    const { cache, chooser, budgets, random } = this.#parts
    const found = findCandidates(pod, failure, {
      check: node => chooser.check(pod, node, cache.nodes, profile),
      budgets: budgets.list(),
      args,
      ...(random ? { random } : {}),
    })
    return typeof found === 'string' ? this.#nowhere(pod, found) : found
  }

  #nowhere(pod: PodInfo, text: string): PreemptionResult {
    this.#parts.nominations.remove(pod.uid)
    return { text, nominatedNode: '' }
  }

  #at(
    pod: PodInfo,
    [best]: readonly Candidate[],
    { profile, recorder }: Preemptor,
  ): PreemptionResult {
    if (!best) return this.#nowhere(pod, 'preemption: no candidate node for preemption')
    const { nominations } = this.#parts
    const node = best.node.name
    const outdone = nominations.after(pod, node)
    for (const { uid } of outdone) nominations.remove(uid)
    const victims = new Set(best.victims.map(({ uid }) => uid))
    nominations.put({ info: pod, node, victims })
    return {
      text: '',
      nominatedNode: node,
      evict: async () => {
        const { schedulerName } = profile
        const evicting = best.victims.map(victim =>
          this.#evict(victim, pod, node, { schedulerName, recorder }),
        )
        const clearing = outdone.map(info => this.#clearNomination(info))
        await Promise.all([...evicting, ...clearing])
      },
    }
  }

  /** Whether pods are still leaving the node that the pod was promised. */
  #isWaiting(pod: PodInfo, { rejections }: FitFailure): boolean {
    const { cache, nominations } = this.#parts
    const nomination = nominations.get(pod.uid)
    const node = nomination && cache.node(nomination.node)
    if (!nomination || !node || rejections.get(node)?.final) return false
    return [...node.pods.values()].some(
      info =>
        nomination.victims.has(info.uid) ||
        (info.priority < pod.priority &&
          info.pod.metadata.deletionTimestamp !== undefined &&
          podCondition(info.pod, 'DisruptionTarget')?.reason === reason),
    )
  }

  async #evict(
    victim: PodInfo,
    pod: PodInfo,
    node: string,
    { schedulerName, recorder }: { schedulerName: string; recorder: EventRecorder },
  ): Promise<void> {
    const { client, clock, nominations, logger } = this.#parts
    const { metadata } = victim.pod
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason,
      message: `${schedulerName}: preempting to accommodate a higher priority pod`,
      lastTransitionTime: formatTime(clock.now()),
    }
    const patch = { metadata: { uid: victim.uid }, status: { conditions: [condition] } }
    try {
      if (!metadata.deletionTimestamp) {
        await client.patch(pods, metadata, patch, { type: 'strategic', subresource: 'status' })
        await client.delete(pods, metadata, { preconditions: { uid: victim.uid } })
      }
      const message = `Preempted by pod ${pod.uid} on node ${node}`
      const note = { type: 'Normal', reason: 'Preempted', action: 'Preempting', message } as const
      recorder.record(victim.pod, note, { apiVersion: 'v1', kind: 'Pod' })
    } catch (error) {
      if (isNotFound(error)) return
      nominations.remove(pod.uid)
      logger.warn('could not displace a pod', { pod: victim.key, error: errorMessage(error) })
    }
  }

  /** A pod of higher priority takes the place that another was promised. */
  async #clearNomination({ pod }: PodInfo): Promise<void> {
    try {
      const patch = { status: { nominatedNodeName: null } }
      await this.#parts.client.patch(pods, pod.metadata, patch, {
        type: 'strategic',
        subresource: 'status',
      })
    } catch (error) {
      if (isNotFound(error)) return
      this.#parts.logger.debug('could not take back a nomination', { error: errorMessage(error) })
    }
  }
}
