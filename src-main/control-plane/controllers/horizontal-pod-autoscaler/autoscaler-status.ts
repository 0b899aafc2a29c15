import { formatTime } from '#base/clock.ts'
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerStatus,
  MetricStatus,
} from '#kubernetes/api/autoscaling-v2.ts'

/** Collects what one look at an autoscaler is to tell in its status. */
export class AutoscalerStatus {
  readonly #old: HorizontalPodAutoscalerStatus
  readonly #now: string
  #conditions: HorizontalPodAutoscalerCondition[]
  #counts: Partial<HorizontalPodAutoscalerStatus> = {}

  constructor({ status }: HorizontalPodAutoscaler, now: number) {
    this.#old = status ?? { desiredReplicas: 0, currentReplicas: 0 }
    this.#now = formatTime(now)
    this.#conditions = [...(this.#old.conditions ?? [])]
  }

  condition(
    type: 'AbleToScale' | 'ScalingActive' | 'ScalingLimited',
    isTrue: boolean,
    reason: string,
    message: string,
  ): void {
    const status = isTrue ? 'True' : 'False'
    const old = this.#conditions.find(condition => condition.type === type)
    const lastTransitionTime =
      old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : this.#now
    const condition = { type, status, lastTransitionTime, reason, message }
    const at = old ? this.#conditions.indexOf(old) : this.#conditions.length
    this.#conditions[at] = condition
  }

  /** `desired` is left as it was where it couldn't be told. */
  counts(current: number, desired: number | undefined, metrics: MetricStatus[]): void {
    this.#counts = {
      currentReplicas: current,
      ...(desired === undefined ? {} : { desiredReplicas: desired }),
      currentMetrics: metrics,
    }
  }

  scaled(): void {
    this.#counts = { ...this.#counts, lastScaleTime: this.#now }
  }

  result(): HorizontalPodAutoscalerStatus {
    return { ...this.#old, ...this.#counts, conditions: this.#conditions }
  }
}
