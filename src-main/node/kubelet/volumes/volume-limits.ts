import { errorMessage } from '#base/errors.ts'
import { canonicalQuantity, quantityValue } from '#kubernetes/quantity.ts'
import { type BoundPod, describePod } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import type { PodContext } from '../sync/pod-context.ts'

/** How often volumes are measured, as upstream does unless told otherwise. */
const measureEveryMs = 60_000

interface Failure {
  reason: string
  message: string
}

/**
 * Whether a pod's `emptyDir` volumes hold more than their `sizeLimit` lets them. Nothing is measured for pods that have no
 * such limit, nor of volumes in memory, which the engine keeps to their size.
 */
export class VolumeLimits {
  readonly #context: Pick<PodContext, 'runtime' | 'clock' | 'logger'>
  readonly #report: PodReporter
  #measuredAt: number
  #failure: Failure | undefined

  constructor(context: Pick<PodContext, 'runtime' | 'clock' | 'logger'>, report: PodReporter) {
    this.#context = context
    this.#report = report
    this.#measuredAt = context.clock.monotonic()
  }

  /** Why the pod is evicted, once a volume was found to hold too much. */
  get failure(): Failure | undefined {
    return this.#failure
  }

  /** Measures what is due; milliseconds until the next time, 0 when the pod is to go, undefined without limits. */
  async left(pod: BoundPod, sandboxId: string | undefined): Promise<number | undefined> {
    if (this.#failure) return 0
    const limits = limitsOf(pod)
    if (!limits.length || sandboxId === undefined) return undefined
    const dueMs = this.#measuredAt + measureEveryMs - this.#context.clock.monotonic()
    if (dueMs > 0) return dueMs
    this.#measuredAt = this.#context.clock.monotonic()
    const exceeded = await this.#exceeded(pod, sandboxId, limits)
    if (!exceeded) return measureEveryMs
    const { name, limit } = exceeded
    const message = `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(limit)}. `
    this.#failure = { reason: 'Evicted', message }
    this.#report('Warning', this.#failure.reason, message)
    return 0
  }

  async #exceeded(
    pod: BoundPod,
    sandboxId: string,
    limits: readonly Limit[],
  ): Promise<Limit | undefined> {
    const { runtime, logger } = this.#context
    try {
      const used = await runtime.volumeBytes(
        sandboxId,
        limits.map(({ name }) => name),
      )
      return limits.find(({ name, limit }) => (used.get(name) ?? 0) > quantityValue(limit))
    } catch (error) {
      // Files may go while they are counted.
      logger.debug('could not measure volumes; will try again', {
        pod: describePod(pod),
        error: errorMessage(error),
      })
      return undefined
    }
  }
}

interface Limit {
  name: string
  /** A quantity of bytes, as Kubernetes writes it. */
  limit: string
}

const limitsOf = ({ spec }: BoundPod): Limit[] =>
  (spec.volumes ?? []).flatMap(({ name, emptyDir }) => {
    const limit = canonicalQuantity(emptyDir?.sizeLimit ?? '0')
    return emptyDir?.medium === 'Memory' || quantityValue(limit) <= 0 ? [] : { name, limit }
  })
