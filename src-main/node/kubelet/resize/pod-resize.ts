import { type Clock, formatTime } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { PodCondition } from '#kubernetes/api/core-v1.ts'
import { podCondition } from '#kubernetes/pod-state.ts'
import type { ContainerRuntime, RuntimeContainer } from '../../runtimes/container-runtime.ts'
import type { Rejection } from '../admission/rejection.ts'
import { type AnyContainer, type BoundPod, isTerminalPhase } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import type { PodRuntimeState } from '../pod-runtime-state.ts'
import { carryOutResize } from './carry-out-resize.ts'
import type { NodeRoom, Tenant } from './node-room.ts'
import {
  areSameResources,
  desiredResources,
  type PodResources,
  rememberedResources,
  withResources,
} from './pod-resources.ts'
import type { ResizeRefusal } from './refuse-resize.ts'
import { resizeMessage } from './resize-messages.ts'
import { resizeSteps } from './resize-steps.ts'
import { RunningResources } from './running-resources.ts'

export interface PodResizeOptions {
  room: NodeRoom
  runtime: ContainerRuntime
  clock: Clock
  /** The node's memory. */
  memoryBytes: number
  report: PodReporter
  /** Called when a resize was granted or refused, so that it is carried out and shown. */
  onVerdict(): void
  /** Called when the pod has to make room for a critical one. */
  onPreempt(): void
}

/** Ends a container, which will be started again with what it was given. */
export type EndContainer = (
  running: RuntimeContainer,
  container: AnyContainer,
  message: string,
) => Promise<void>

/**
 * The resources of one pod: what its spec asks for, what the node has given it, and what its running containers have. A
 * resize is granted or refused as a whole, then carried out, as `PodResizePending` and `PodResizeInProgress` tell.
 */
export class PodResize implements Tenant {
  readonly running: RunningResources
  readonly #options: PodResizeOptions
  #desired: BoundPod
  #given: PodResources
  #refusal: (ResizeRefusal & { generation: number }) | undefined
  #waitingSince: number | undefined
  #progress: { generation: number; error?: string } | undefined
  /** Containers that were ended so that they start with what they were given, by their ids. */
  #ended: string[] = []

  constructor(pod: BoundPod, options: PodResizeOptions) {
    this.#options = options
    this.running = new RunningResources(options.memoryBytes)
    this.#desired = pod
    this.#given = rememberedResources(pod)
    const since = podCondition(pod, 'PodResizePending')?.lastTransitionTime
    if (since) this.#waitingSince = Date.parse(since)
    const progress = podCondition(pod, 'PodResizeInProgress')
    if (progress) this.#progress = { generation: progress.observedGeneration ?? 0 }
    if (!isTerminalPhase(pod.status?.phase)) options.room.add(this)
    this.update(pod)
  }

  get desired(): BoundPod {
    return this.#desired
  }

  get given(): BoundPod {
    return this.apply(this.#desired)
  }

  get waitingSince(): number | undefined {
    return this.#waitingSince
  }

  /** The pod with the resources that the node has given it in the place of those that it asks for. */
  apply(pod: BoundPod): BoundPod {
    const isGiven = areSameResources(desiredResources(pod), this.#given)
    return isGiven ? pod : withResources(pod, this.#given)
  }

  /** The pod's object changed. */
  update(pod: BoundPod): void {
    this.#desired = pod
    const isEnding = pod.metadata.deletionTimestamp !== undefined
    const wantsResize = !isEnding && !areSameResources(desiredResources(pod), this.#given)
    if (!wantsResize) this.#stopWaiting()
    this.#options.room.changed(this, wantsResize)
  }

  grant(): void {
    this.#given = desiredResources(this.#desired)
    this.#stopWaiting()
    this.#progress = { generation: this.#generation }
    this.#report('started', this.#generation)
    this.#options.onVerdict()
  }

  refuse(refusal: ResizeRefusal): void {
    const generation = this.#generation
    const isKnown = this.#refusal?.generation === generation
    if (isKnown && this.#refusal?.message === refusal.message) return
    this.#refusal = { ...refusal, generation }
    this.#waitingSince ??= this.#options.clock.now()
    const { reason, message } = refusal
    const text = resizeMessage(reason, this.#desired, generation, message)
    this.#options.report('Warning', `Resize${reason}`, text)
    this.#options.onVerdict()
  }

  preempt(): void {
    this.#options.onPreempt()
  }

  /** Why the node has no room for the pod, which is new to it, and can make none. */
  refuseRoom(signal: AbortSignal): Promise<Rejection | undefined> {
    return this.#options.room.refuse(this, signal)
  }

  /** The pod will not run any more: others may have its room. */
  leave(): void {
    this.#options.room.remove(this)
  }

  /** Makes running containers have what they were given. Answers whether anything changed, or failed, which conditions then tell. */
  async carryOut(
    state: PodRuntimeState,
    end: EndContainer,
  ): Promise<'unchanged' | 'changed' | 'failed'> {
    const pod = this.given
    const { restart, update } = resizeSteps(this.running.of(pod, state))
    this.#ended = this.#ended.filter(id => isLatest(state, id))
    if (restart.length + update.length === 0) {
      if (this.#ended.length === 0) this.#complete()
      return 'unchanged'
    }
    this.#progress ??= { generation: this.#generation }
    for (const { running, container } of restart) {
      this.#ended.push(running.id)
      await end(running, container, `Container ${container.name} resize requires restart`)
    }
    try {
      await carryOutResize(this.#options, pod, update, done => this.running.updated(done))
      return 'changed'
    } catch (error) {
      this.#fail(errorMessage(error))
      return 'failed'
    }
  }

  /** What the pod's status says of a resize that waits or goes on, since when as its last status said. */
  conditions({ status }: BoundPod, now: number): PodCondition[] {
    const condition = (type: string, rest: Partial<PodCondition>): PodCondition => {
      const before = status?.conditions?.find(one => one.type === type)
      const lastTransitionTime = before?.lastTransitionTime ?? formatTime(now)
      return { type, status: 'True', lastTransitionTime, ...rest }
    }
    const conditions: PodCondition[] = []
    if (this.#refusal) {
      const { generation: observedGeneration, ...why } = this.#refusal
      conditions.push(condition('PodResizePending', { ...why, observedGeneration }))
    }
    if (this.#progress) {
      const { generation: observedGeneration, error } = this.#progress
      const why = error ? { reason: 'Error', message: error } : {}
      conditions.push(condition('PodResizeInProgress', { ...why, observedGeneration }))
    }
    return conditions
  }

  get #generation(): number {
    return this.#desired.metadata.generation ?? 0
  }

  #stopWaiting(): void {
    this.#refusal = undefined
    this.#waitingSince = undefined
  }

  #fail(error: string): void {
    if (!this.#progress || this.#progress.error === error) return
    this.#progress = { ...this.#progress, error }
    this.#report('error', this.#progress.generation, error)
  }

  #complete(): void {
    const done = this.#progress
    this.#progress = undefined
    if (done) this.#report('completed', done.generation)
  }

  #report(what: keyof typeof progressEvents, generation: number, error?: string): void {
    const [type, reason] = progressEvents[what]
    this.#options.report(type, reason, resizeMessage(what, this.given, generation, error))
  }
}

const progressEvents = {
  started: ['Normal', 'ResizeStarted'],
  completed: ['Normal', 'ResizeCompleted'],
  error: ['Warning', 'ResizeError'],
} as const

const isLatest = ({ containers }: PodRuntimeState, id: string): boolean => {
  const name = containers.find(one => one.id === id)?.name
  return name !== undefined && containers.find(one => one.name === name)?.id === id
}
