import { errorMessage } from '#base/errors.ts'
import type { Volume } from '#kubernetes/api/core-v1.ts'
import { podAmounts } from '#kubernetes/pod-resources.ts'
import { canonicalQuantity, quantityValue } from '#kubernetes/quantity.ts'
import { type BoundPod, describePod } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import { isAlive, type PodRuntimeState, readySandbox } from '../pod-runtime-state.ts'
import type { PodContext } from '../sync/pod-context.ts'

/** How often disks are measured, as upstream does unless told otherwise. */
const measureEveryMs = 60_000
const storage = 'ephemeral-storage'

interface Failure {
  reason: string
  message: string
}

/**
 * Whether a pod takes up more disk than its limits let it: its `emptyDir` volumes by their `sizeLimit`, its containers and
 * itself by their limits of `ephemeral-storage`. Nothing is measured for pods that have no such limit, nor of volumes in
 * memory, which the engine keeps to their size. Logs are not counted: engines do not tell how long they are.
 */
export class StorageLimits {
  readonly #context: Pick<PodContext, 'runtime' | 'clock' | 'logger'>
  readonly #report: PodReporter
  #measuredAt: number
  #failure: Failure | undefined

  constructor(context: Pick<PodContext, 'runtime' | 'clock' | 'logger'>, report: PodReporter) {
    this.#context = context
    this.#report = report
    this.#measuredAt = context.clock.monotonic()
  }

  /** Why the pod is evicted, once it was found to take up too much. */
  get failure(): Failure | undefined {
    return this.#failure
  }

  /** Measures what is due; milliseconds until the next time, 0 when the pod is to go, undefined without limits. */
  async left(pod: BoundPod, state: PodRuntimeState): Promise<number | undefined> {
    if (this.#failure) return 0
    const limits = limitsOf(pod)
    const sandbox = readySandbox(state)
    if (!limits.isAny || !sandbox) return undefined
    const dueMs = this.#measuredAt + measureEveryMs - this.#context.clock.monotonic()
    if (dueMs > 0) return dueMs
    this.#measuredAt = this.#context.clock.monotonic()
    const message = await this.#excess(pod, limits, state, sandbox.id)
    if (!message) return measureEveryMs
    this.#failure = { reason: 'Evicted', message }
    this.#report('Warning', this.#failure.reason, message)
    return 0
  }

  /** What takes up too much, in the kubelet's words. */
  async #excess(
    pod: BoundPod,
    limits: LimitsOfPod,
    state: PodRuntimeState,
    sandboxId: string,
  ): Promise<string | undefined> {
    const { runtime, logger } = this.#context
    try {
      const measured = limits.total ? localVolumes(pod) : limits.volumes.map(({ name }) => name)
      const volumes = measured.length
        ? await runtime.volumeBytes(sandboxId, measured)
        : new Map<string, number>()
      const full = limits.volumes.find(limit => exceeds(volumes, limit))
      if (full)
        return `Usage of EmptyDir volume ${JSON.stringify(full.name)} exceeds the limit ${JSON.stringify(full.limit)}. `
      return limits.total && containerExcess(limits, await this.#written(state), volumes)
    } catch (error) {
      // Files and containers may go while they are measured.
      logger.debug('could not measure the disk of a pod; will try again', {
        pod: describePod(pod),
        error: errorMessage(error),
      })
      return undefined
    }
  }

  /** What each running container has written, by name. */
  async #written({ containers }: PodRuntimeState): Promise<ReadonlyMap<string, number>> {
    const { runtime } = this.#context
    const running = containers.filter(isAlive)
    return new Map(
      await Promise.all(
        running.map(async ({ id, name }) => [name, await runtime.writtenBytes(id)] as const),
      ),
    )
  }
}

function containerExcess(
  { containers, total }: LimitsOfPod,
  written: ReadonlyMap<string, number>,
  volumes: ReadonlyMap<string, number>,
): string | undefined {
  const used = [...written.values(), ...volumes.values()].reduce((sum, bytes) => sum + bytes, 0)
  if (total && used > quantityValue(total))
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${total}. `
  const full = containers.find(limit => exceeds(written, limit))
  return (
    full && `Container ${full.name} exceeded its local ephemeral storage limit "${full.limit}". `
  )
}

interface Limit {
  name: string
  /** A quantity of bytes, as Kubernetes writes it. */
  limit: string
}

interface LimitsOfPod {
  volumes: readonly Limit[]
  containers: readonly Limit[]
  /** What all containers together may take up, with the pod's volumes; absent when none has a limit. */
  total: string | undefined
  isAny: boolean
}

function limitsOf({ spec }: BoundPod): LimitsOfPod {
  const volumes = limited(
    (spec.volumes ?? [])
      .filter(isOnDisk)
      .map(({ name, emptyDir }) => ({ name, limit: emptyDir?.sizeLimit })),
  )
  const containers = limited(
    spec.containers.map(({ name, resources }) => ({ name, limit: resources?.limits?.[storage] })),
  )
  const total = containers.length ? podAmounts(spec, 'limits')[storage] : undefined
  return {
    volumes,
    containers,
    total: total && canonicalQuantity(total),
    isAny: volumes.length + containers.length > 0,
  }
}

const limited = (named: readonly { name: string; limit: string | undefined }[]): Limit[] =>
  named
    .map(({ name, limit }) => ({ name, limit: canonicalQuantity(limit ?? '0') }))
    .filter(({ limit }) => quantityValue(limit) > 0)

/** The volumes that count for the pod. */
const localVolumes = ({ spec }: BoundPod): string[] =>
  (spec.volumes ?? [])
    .filter(volume => isOnDisk(volume) || volume.configMap || volume.downwardAPI)
    .map(({ name }) => name)

const isOnDisk = ({ emptyDir }: Volume): boolean =>
  emptyDir !== undefined && emptyDir.medium !== 'Memory'

const exceeds = (used: ReadonlyMap<string, number>, { name, limit }: Limit): boolean =>
  (used.get(name) ?? 0) > quantityValue(limit)
