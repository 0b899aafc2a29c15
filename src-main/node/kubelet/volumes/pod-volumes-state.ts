import type { BoundPod } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import type { PodContext } from '../sync/pod-context.ts'
import {
  type ResolvedVolumes,
  resolveVolumes,
  type VolumeError,
  VolumeWriter,
} from './pod-volumes.ts'

const firstRetryMs = 500
const maxRetryMs = 122_000

/** A pod's volumes over time: what was found last keeps a running pod going when a source disappears. */
export class PodVolumes {
  readonly #context: PodContext
  readonly #report: PodReporter
  readonly #writer: VolumeWriter
  #last: ResolvedVolumes | undefined
  #retryMs = firstRetryMs

  constructor(context: PodContext, report: PodReporter) {
    this.#context = context
    this.#report = report
    this.#writer = new VolumeWriter(context.runtime)
  }

  /** What the volumes are now. Throws a `VolumeError` when one was never to be had. */
  async resolve(pod: BoundPod, podIPs: string[]): Promise<ResolvedVolumes> {
    const { objects, node, tokens, runtime } = this.#context
    try {
      this.#last = await resolveVolumes({
        pod,
        objects,
        facts: { hostIP: node.hostIP, podIPs, allocatable: node.allocatable },
        token: async projection => (runtime.keepsFiles ? tokens.get(pod, projection) : ''),
      })
      this.#retryMs = firstRetryMs
    } catch (error) {
      if (!this.#last) throw error
    }
    return this.#last
  }

  /** Notes that a volume can't be had; returns after how many milliseconds to try again. */
  failed({ volume, message }: VolumeError): number {
    const text = `MountVolume.SetUp failed for volume "${volume}" : ${message}`
    this.#report('Warning', 'FailedMount', text)
    const retryMs = this.#retryMs
    this.#retryMs = Math.min(retryMs * 2, maxRetryMs)
    return retryMs
  }

  /** Notes that a sandbox was made with these files. */
  madeWith(sandboxId: string, volumes: ResolvedVolumes): void {
    this.#writer.madeWith(sandboxId, volumes)
  }

  write(sandboxId: string, volumes: ResolvedVolumes): Promise<void> {
    return this.#writer.write(sandboxId, volumes)
  }

  /** Milliseconds until a token of the pod has to be renewed. */
  nextRenewal({ metadata }: BoundPod): number | undefined {
    const at = this.#context.tokens.nextRenewal(metadata.uid)
    return at === undefined ? undefined : Math.max(0, at - this.#context.clock.now())
  }
}
