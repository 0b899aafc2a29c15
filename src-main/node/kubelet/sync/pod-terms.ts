import { formatTime } from '#base/clock.ts'
import type { PodCondition } from '#kubernetes/api/core-v1.ts'
import type { BoundPod } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import type { PodRuntimeState } from '../pod-runtime-state.ts'
import { StorageLimits } from '../volumes/storage-limits.ts'
import type { PodContext } from './pod-context.ts'
import { PodDeadline } from './pod-deadline.ts'

/** How long the containers of a pod have to end that uses too much. */
const evictionGraceSeconds = 1

const preempted = { reason: 'Preempting', message: 'Preempted in order to admit critical pod' }

/** How long a pod may stay on its node. */
export type Verdict =
  /** Without `graceSeconds` its containers have as long to end as they are given by the pod. */
  | { isOver: true; graceSeconds?: number }
  /** When to look again, at the latest; undefined when no time ends it. */
  | { isOver: false; againInMs: number | undefined }

/** For how long a pod may run on its node: until its deadline, while it keeps to its limits, and nobody critical wants its room. */
export class PodTerms {
  readonly #deadline: PodDeadline
  readonly #limits: StorageLimits
  readonly #report: PodReporter
  #isPreempted: boolean

  constructor(pod: BoundPod, context: PodContext, report: PodReporter) {
    this.#deadline = new PodDeadline(pod, context.clock, report)
    this.#limits = new StorageLimits(context, report)
    this.#report = report
    this.#isPreempted = pod.status?.reason === preempted.reason
  }

  /** Why the pod has failed, once it may stay no longer. */
  get failure(): { reason: string; message: string } | undefined {
    if (this.#isPreempted) return preempted
    return this.#deadline.failure ?? this.#limits.failure
  }

  /** A critical pod gets the room. */
  preempt(): void {
    if (this.#isPreempted) return
    this.#isPreempted = true
    this.#report('Warning', preempted.reason, preempted.message)
  }

  async judge(
    pod: BoundPod,
    state: PodRuntimeState,
    startTime: string | undefined,
  ): Promise<Verdict> {
    if (this.#isPreempted) return { isOver: true }
    const leftMs = this.#deadline.left(pod, startTime)
    if (leftMs === 0) return { isOver: true }
    const measureMs = await this.#limits.left(pod, state)
    if (measureMs === 0) return { isOver: true, graceSeconds: evictionGraceSeconds }
    const again = [leftMs, measureMs].filter(ms => ms !== undefined)
    return { isOver: false, againInMs: again.length ? Math.min(...again) : undefined }
  }

  /** What the pod's conditions say of it, since when as its last status said. */
  conditions({ metadata, status }: BoundPod, now: number): PodCondition[] {
    if (!this.#isPreempted) return []
    const before = status?.conditions?.find(({ type }) => type === 'DisruptionTarget')
    return [
      {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'TerminationByKubelet',
        message: 'Pod was preempted by Kubelet to accommodate a critical pod.',
        lastTransitionTime: before?.lastTransitionTime ?? formatTime(now),
        ...(metadata.generation ? { observedGeneration: metadata.generation } : {}),
      },
    ]
  }
}
