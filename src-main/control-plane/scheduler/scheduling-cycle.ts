import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { Client } from '#client/rest.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { bindPod, isPodGone } from './bind-pod.ts'
import type { VolumeBinder } from './bind-volumes.ts'
import { chooseExtended } from './choose-extended.ts'
import type { NodeChooser } from './choose-node.ts'
import type { Profile } from './configuration/profile.ts'
import type { ClaimBinder, Deallocation } from './devices/claim-binder.ts'
import type { ClaimReservation } from './devices/claim-reservation.ts'
import type { Extenders } from './extenders/extenders.ts'
import type { Candidate } from './find-victims.ts'
import { type FitFailure, fitMessage } from './fit-error.ts'
import { NodeState } from './node-state.ts'
import { OrderedWrites } from './ordered-writes.ts'
import type { PodInfo } from './pod-info.ts'
import type { PodReports } from './pod-reports.ts'
import type { Preemption, PreemptionResult } from './preemption.ts'
import type { SchedulerCache } from './scheduler-cache.ts'
import type { SchedulingQueue } from './scheduling-queue.ts'

/** Writes under way at once; more would only wait in the API server. */
const maxWrites = 64

export interface SchedulingCycleOptions {
  client: Client
  logger: Logger
  queue: SchedulingQueue
  cache: SchedulerCache
  chooser: NodeChooser
  preemption: Preemption
  volumeBinder: VolumeBinder
  claimBinder: ClaimBinder
  /** Absent without any in the configuration. */
  extenders: Extenders | undefined
  /** The profile that a pod asks for; undefined for pods of other schedulers. */
  profileOf(pod: Pod): Profile | undefined
  reportsOf(profile: Profile): PodReports
  /** Aborted when the scheduler stops. */
  signal: AbortSignal
  /** A pod could not be bound after all: what it would have taken is free again. */
  onFreed(pod: PodInfo['pod']): void
}

/** What is done with one pod after the other: a node is chosen, or room is made, and the outcome is written. */
export class SchedulingCycle {
  readonly #options: SchedulingCycleOptions
  readonly #writes = new OrderedWrites(maxWrites)

  constructor(options: SchedulingCycleOptions) {
    this.#options = options
  }

  /** Resolves once there is room for another write; undefined when there is. */
  room(): Promise<void> | undefined {
    return this.#writes.room()
  }

  /** Resolves once everything that was begun is written. */
  done(): Promise<void> {
    return this.#writes.all()
  }

  /** Chooses for a pod. Only with extenders there is something to wait for. */
  schedule(info: PodInfo): Promise<void> | undefined {
    const { extenders } = this.#options
    try {
      if (extenders?.concern(info))
        return this.#scheduleExtended(info, extenders).catch(error => this.#broke(info, error))
      this.#scheduleOne(info)
    } catch (error) {
      this.#broke(info, error)
    }
    return undefined
  }

  #scheduleOne(info: PodInfo): void {
    const profile = this.#options.profileOf(info.pod)
    if (!profile) return
    const choice = this.#options.chooser.choose(info, this.#options.cache.nodes, profile)
    const reports = this.#options.reportsOf(profile)
    if (choice instanceof NodeState) {
      this.#place(info, choice, profile)
      return
    }
    const room = this.#makeRoom(info, choice, profile)
    const preemption = room.run
      ? { text: '' }
      : this.#options.preemption.find(info, choice, { profile, recorder: reports.recorder })
    this.#reject(info, choice, { room, preemption }, reports)
  }

  /** As `#scheduleOne`, with extenders having their say. What they answer may be outdated when it comes, as upstream. */
  async #scheduleExtended(info: PodInfo, extenders: Extenders): Promise<void> {
    const profile = this.#options.profileOf(info.pod)
    if (!profile) return
    const reports = this.#options.reportsOf(profile)
    const choice = await chooseExtended(info, {
      extenders,
      profile,
      chooser: this.#options.chooser,
      nodes: () => this.#options.cache.nodes,
    })
    if (this.#options.signal.aborted || !this.#options.queue.has(info.uid)) return
    if (choice instanceof NodeState) {
      this.#place(info, choice, profile)
      return
    }
    const { recorder } = reports
    const agree = (places: readonly Candidate[]) => extenders.preempt(info, places)
    const room = this.#makeRoom(info, choice, profile)
    const preemption = room.run
      ? { text: '' }
      : await this.#options.preemption
          .findAgreed(info, choice, { profile, recorder, agree })
          .catch(error => this.#withoutRoom(error))
    this.#reject(info, choice, { room, preemption }, reports)
  }

  #withoutRoom(error: unknown): PreemptionResult {
    const { logger } = this.#options
    logger.warn('could not look for pods to displace', { error: errorMessage(error) })
    return { text: '' }
  }

  #makeRoom(info: PodInfo, failure: FitFailure, { claims }: Profile): Deallocation {
    return claims.deallocate ? this.#options.claimBinder.makeRoom(info, failure) : { text: '' }
  }

  #reject(
    info: PodInfo,
    failure: FitFailure,
    tried: { room: Deallocation; preemption: PreemptionResult },
    reports: PodReports,
  ): void {
    this.#options.queue.rejected(info.uid, failure.plugins)
    this.#writes.add(info.uid, () => reportUnschedulable(reports, info, failure, tried))
  }

  #place(info: PodInfo, choice: NodeState, profile: Profile): void {
    const reservation = profile.claims.reserve
      ? this.#options.claimBinder.reserve(info, choice)
      : undefined
    this.#options.cache.assume(info, choice.name)
    const waits = this.#options.volumeBinder.waits(info)
    const bind = () => this.#bind(info, choice.name, profile, reservation)
    this.#writes.add(info.uid, bind, { waits })
  }

  /** A rule could not be asked: the pod is tried again after a while. */
  #broke(info: PodInfo, error: unknown): void {
    const profile = this.#options.profileOf(info.pod)
    if (!profile || this.#options.signal.aborted) return
    this.#options.queue.failed(info.uid)
    const reports = this.#options.reportsOf(profile)
    this.#writes.add(info.uid, () => reports.failed(info, 'SchedulerError', errorMessage(error)))
  }

  async #bind(
    info: PodInfo,
    node: string,
    profile: Profile,
    reservation: ClaimReservation | undefined,
  ): Promise<void> {
    const { uid } = info
    const reports = this.#options.reportsOf(profile)
    const timeoutMs = profile.bindTimeoutMs
    try {
      const by = {
        client: this.#options.client,
        volumeBinder: this.#options.volumeBinder,
        reservation,
        timeoutMs,
        extenders: this.#options.extenders,
      }
      if (this.#options.volumeBinder.waits(info)) await reports.promised(info, node)
      await bindPod(info, node, by)
      this.#options.queue.remove(uid)
      reports.scheduled(info, node)
    } catch (error) {
      this.#options.cache.forget(uid)
      await reservation?.undo()
      if (isPodGone(error as Error)) {
        this.#options.queue.remove(uid)
        return
      }
      if (this.#options.signal.aborted) return
      this.#options.queue.failed(uid)
      this.#options.onFreed(info.pod)
      await reports.failed(info, 'SchedulerError', errorMessage(error), '')
    }
  }
}

async function reportUnschedulable(
  reports: PodReports,
  info: PodInfo,
  failure: FitFailure,
  { room, preemption }: { room: Deallocation; preemption: PreemptionResult },
): Promise<void> {
  const { text, nominatedNode, evict } = preemption
  // A place that was found by preemption is told of by itself.
  const helps = nominatedNode ? [text] : [room.text, text]
  const tried = helps.filter(Boolean).join(', ')
  await reports.failed(info, 'Unschedulable', fitMessage(failure, tried), nominatedNode)
  await room.run?.()
  await evict?.()
}
