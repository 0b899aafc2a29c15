import { errorMessage } from '#base/errors.ts'
import { horizontalPodAutoscalers, pods } from '#client/resource-types.ts'
import type { Scale } from '#kubernetes/api/autoscaling-v1.ts'
import type { HorizontalPodAutoscaler, MetricStatus } from '#kubernetes/api/autoscaling-v2.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { DueTimes } from '../shared/due-times.ts'
import { Scales, type ScaleTarget } from '../shared/scales.ts'
import { AutoscalerStatus } from './autoscaler-status.ts'
import { proposeSize } from './propose-size.ts'
import { ScalingHistory } from './scaling-history.ts'
import { limitByRules, limitPlainly } from './scaling-rules.ts'

const everyMs = 15_000

/** Sets the size of workloads by what their pods use. */
export const horizontalPodAutoscalerController = defineController({
  name: 'horizontal-pod-autoscaler-controller',
  serviceAccount: 'horizontal-pod-autoscaler',
  component: 'horizontal-pod-autoscaler',
  for: horizontalPodAutoscalers,
  reads: { pods },
  start: context => {
    const autoscaling = new Autoscaling(context)
    return key => autoscaling.reconcile(key)
  },
})

type Context = ControllerContext<HorizontalPodAutoscaler, { pods: typeof pods }>
type Autoscaler = Stored<HorizontalPodAutoscaler>

/** What is to be done with the target. */
interface Decision {
  replicas: number
  reason: string
  metrics: MetricStatus[]
}

class Autoscaling {
  readonly #context: Context
  readonly #scales: Scales
  readonly #due: DueTimes
  readonly #histories = new Map<string, ScalingHistory>()
  /** The pods that each autoscaler was about when it was looked at last. */
  readonly #podsOf = new Map<string, ReadonlySet<string>>()

  constructor(context: Context) {
    this.#context = context
    this.#scales = new Scales(context.client)
    this.#due = new DueTimes(context.clock)
    context.on(context.informer, {
      updated: (autoscaler, old) => {
        if (semanticEqual(autoscaler.spec, old.spec)) return
        this.#due.now(keyOf(autoscaler))
        context.queue.add(keyOf(autoscaler))
      },
      deleted: autoscaler => {
        this.#due.now(keyOf(autoscaler))
        this.#histories.delete(keyOf(autoscaler))
        this.#podsOf.delete(keyOf(autoscaler))
      },
    })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { informer, clock, logger } = this.#context
    const autoscaler = informer.get(key)
    if (!autoscaler) return undefined
    const leftMs = this.#due.leftMs(key)
    if (leftMs > 0) return leftMs
    this.#due.after(key, everyMs)
    const status = new AutoscalerStatus(autoscaler, clock.now())
    try {
      await this.#scale(autoscaler, status)
    } catch (error) {
      logger.debug('could not scale', { key, error: errorMessage(error) })
    }
    await this.#write(autoscaler, status)
    return everyMs
  }

  async #scale(autoscaler: Autoscaler, status: AutoscalerStatus): Promise<void> {
    const target = targetOf(autoscaler)
    const scale = await this.#readScale(autoscaler, target, status)
    const current = scale.spec?.replicas ?? 0
    const history = this.#historyOf(autoscaler)
    history.begin(current, this.#context.clock.now())
    const { replicas, reason, metrics } = await this.#decide(autoscaler, scale, status)
    if (replicas === current) {
      status.counts(current, current, metrics)
      return
    }
    try {
      await this.#scales.setReplicas(target, scale, replicas)
    } catch (error) {
      const why = errorMessage(error)
      this.#warn(
        autoscaler,
        'FailedRescale',
        `New size: ${replicas}; reason: ${reason}; error: ${why}`,
      )
      const message = `the HPA controller was unable to update the target scale: ${why}`
      status.condition('AbleToScale', false, 'FailedUpdateScale', message)
      status.counts(current, undefined, metrics)
      throw error
    }
    const message = `the HPA controller was able to update the target scale to ${replicas}`
    status.condition('AbleToScale', true, 'SucceededRescale', message)
    this.#note(
      autoscaler,
      'Normal',
      'SuccessfulRescale',
      `New size: ${replicas}; reason: ${reason}`,
    )
    history.scaled(current, replicas, this.#context.clock.now())
    status.counts(current, replicas, metrics)
    status.scaled()
  }

  async #readScale(
    autoscaler: Autoscaler,
    target: ScaleTarget,
    status: AutoscalerStatus,
  ): Promise<Stored<Scale>> {
    try {
      const scale = await this.#scales.get(target)
      const message = "the HPA controller was able to get the target's current scale"
      status.condition('AbleToScale', true, 'SucceededGetScale', message)
      return scale
    } catch (error) {
      const why = errorMessage(error)
      this.#podsOf.delete(keyOf(autoscaler))
      this.#warn(autoscaler, 'FailedGetScale', why)
      const message = `the HPA controller was unable to get the target's current scale: ${why}`
      status.condition('AbleToScale', false, 'FailedGetScale', message)
      throw error
    }
  }

  async #decide(
    autoscaler: Autoscaler,
    scale: Stored<Scale>,
    status: AutoscalerStatus,
  ): Promise<Decision> {
    const { minReplicas: min = 1, maxReplicas: max } = autoscaler.spec
    const current = scale.spec?.replicas ?? 0
    if (current === 0 && min !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero'
      status.condition('ScalingActive', false, 'ScalingDisabled', message)
      return { replicas: 0, reason: '', metrics: [] }
    }
    if (current > max) {
      const reason = 'Current number of replicas above Spec.MaxReplicas'
      return { replicas: max, reason, metrics: [] }
    }
    if (current < min) {
      const reason = 'Current number of replicas below Spec.MinReplicas'
      return { replicas: min, reason, metrics: [] }
    }
    const { client, clock, informers } = this.#context
    const proposal = await proposeSize(autoscaler, scale, {
      client,
      pods: informers.pods,
      now: clock.now(),
      status,
      warn: (reason, message) => this.#warn(autoscaler, reason, message),
      shared: selected => this.#sharing(autoscaler, selected),
    })
    const above = proposal.replicas > current
    const reason = above ? `${proposal.name} above target` : 'All metrics below target'
    const replicas = this.#limit(autoscaler, current, proposal.replicas, status)
    return { replicas, reason, metrics: proposal.metrics }
  }

  /** What of a wish is done now: stabilised over time, within the bounds, no faster than allowed. */
  #limit(
    autoscaler: Autoscaler,
    current: number,
    wished: number,
    status: AutoscalerStatus,
  ): number {
    const { minReplicas: min = 1, maxReplicas: max, behavior } = autoscaler.spec
    const history = this.#historyOf(autoscaler)
    const now = this.#context.clock.now()
    const rules = { up: behavior?.scaleUp ?? {}, down: behavior?.scaleDown ?? {} }
    const stable = behavior
      ? history.stabilizedByRules({ current, desired: wished }, rules, now)
      : history.stabilized(wished, now)
    if (stable === wished) {
      status.condition(
        'AbleToScale',
        true,
        'ReadyForNewScale',
        'recommended size matches current size',
      )
    } else {
      const isUp = behavior !== undefined && wished >= current
      const [reason, message] = isUp ? stabilizedUp : stabilizedDown
      status.condition('AbleToScale', true, reason, message)
    }
    const bounds = { current, desired: stable, min, max }
    const limited = behavior ? limitByRules(bounds, rules, history, now) : limitPlainly(bounds)
    const { replicas, reason, message } = limited
    status.condition('ScalingLimited', replicas !== stable, reason, message)
    return replicas
  }

  /** The autoscalers, this one first, that are about some of the same pods; empty when no other one is. */
  #sharing(autoscaler: Autoscaler, selected: readonly string[]): string[] {
    const own = keyOf(autoscaler)
    this.#podsOf.set(own, new Set(selected))
    const others = [...this.#podsOf].filter(
      ([key, uids]) => key !== own && selected.some(uid => uids.has(uid)),
    )
    return others.length > 0 ? [own, ...others.map(([key]) => key)] : []
  }

  #historyOf(autoscaler: Autoscaler): ScalingHistory {
    const key = keyOf(autoscaler)
    const history = this.#histories.get(key) ?? new ScalingHistory()
    this.#histories.set(key, history)
    return history
  }

  async #write(autoscaler: Autoscaler, status: AutoscalerStatus): Promise<void> {
    const next = status.result()
    if (semanticEqual(next, autoscaler.status)) return
    try {
      await this.#context.client.updateStatus(horizontalPodAutoscalers, {
        ...autoscaler,
        status: next,
      })
    } catch (error) {
      if (isNotFound(error)) return
      this.#warn(autoscaler, 'FailedUpdateStatus', errorMessage(error))
      throw error
    }
  }

  #warn(autoscaler: Autoscaler, reason: string, message: string): void {
    this.#note(autoscaler, 'Warning', reason, message)
  }

  #note(autoscaler: Autoscaler, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const kind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }
    this.#context.recorder.record(autoscaler, { type, reason, message }, kind)
  }
}

const stabilizedUp = [
  'ScaleUpStabilized',
  'recent recommendations were lower than current one, applying the lowest recent recommendation',
] as const
const stabilizedDown = [
  'ScaleDownStabilized',
  'recent recommendations were higher than current one, applying the highest recent recommendation',
] as const

const targetOf = ({ metadata, spec }: Autoscaler): ScaleTarget => ({
  apiVersion: spec.scaleTargetRef.apiVersion ?? 'v1',
  kind: spec.scaleTargetRef.kind,
  name: spec.scaleTargetRef.name,
  namespace: metadata.namespace ?? '',
})
