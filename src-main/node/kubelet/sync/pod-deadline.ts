import type { Clock } from '#base/clock.ts'
import type { BoundPod } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'

const exceeded = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
}

/** How long a pod may be active on its node, as `activeDeadlineSeconds` says. */
export class PodDeadline {
  readonly #clock: Clock
  readonly #report: PodReporter
  #hasPassed: boolean

  constructor(pod: BoundPod, clock: Clock, report: PodReporter) {
    this.#clock = clock
    this.#report = report
    this.#hasPassed = pod.status?.reason === exceeded.reason
  }

  /** Why the pod has failed, once the deadline has passed. */
  get failure(): typeof exceeded | undefined {
    return this.#hasPassed ? exceeded : undefined
  }

  /** Milliseconds that are left to a pod that started then; 0 when the deadline has passed, undefined without one. */
  left({ spec }: BoundPod, startTime: string | undefined): number | undefined {
    if (this.#hasPassed) return 0
    const { activeDeadlineSeconds } = spec
    if (activeDeadlineSeconds === undefined || !startTime) return undefined
    const leftMs = Date.parse(startTime) + activeDeadlineSeconds * 1000 - this.#clock.now()
    if (leftMs > 0) return leftMs
    this.#report('Normal', exceeded.reason, exceeded.message)
    this.#hasPassed = true
    return 0
  }
}
