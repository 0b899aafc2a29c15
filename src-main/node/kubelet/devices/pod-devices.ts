import { errorMessage } from '#base/errors.ts'
import { resourceClaims } from '#client/resource-types.ts'
import type { ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { claimOf, isReservedFor, ownerProblem } from '#kubernetes/resource-claims.ts'
import type { BoundPod } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import type { PodContext } from '../sync/pod-context.ts'

const retryMs = 10_000

/**
 * Makes sure that a pod's claims are its own and have devices before it is started. No driver can register with this
 * kubelet, and nothing else can prepare a real device: only simulated nodes, where there is none, start such pods.
 */
export class PodDevices {
  readonly #context: Pick<PodContext, 'client' | 'runtime'>
  readonly #report: PodReporter

  constructor(context: Pick<PodContext, 'client' | 'runtime'>, report: PodReporter) {
    this.#context = context
    this.#report = report
  }

  /** After how many milliseconds to try again; undefined when the pod can be started. */
  async prepare(pod: BoundPod): Promise<number | undefined> {
    if (!pod.spec.resourceClaims?.length) return undefined
    try {
      for (const reference of pod.spec.resourceClaims) {
        const meant = claimOf(pod, reference)
        if (!meant) throw new Error(`pod "${nameOf(pod)}": ResourceClaim not created yet`)
        if (meant.name === undefined) continue
        const claim = await this.#fetch(pod, meant.name)
        const problem = meant.isOwn ? ownerProblem(pod, claim) : undefined
        if (problem) throw new Error(problem)
        this.#check(pod, claim)
      }
      return undefined
    } catch (error) {
      const message = `Failed to prepare dynamic resources: prepare dynamic resources: ${errorMessage(error)}`
      this.#report('Warning', 'FailedPrepareDynamicResources', message)
      return retryMs
    }
  }

  async #fetch({ metadata }: BoundPod, name: string): Promise<Stored<ResourceClaim>> {
    const { namespace = '' } = metadata
    try {
      return await this.#context.client.get(resourceClaims, { namespace, name })
    } catch (cause) {
      const what = `failed to fetch ResourceClaim ${name} referenced by pod ${metadata.name}`
      throw new Error(`${what}: ${errorMessage(cause)}`, { cause })
    }
  }

  #check(pod: BoundPod, claim: Stored<ResourceClaim>): void {
    const { name, uid } = claim.metadata
    if (!isReservedFor(claim, pod)) {
      throw new Error(
        `pod ${pod.metadata.name} (${pod.metadata.uid}) is not allowed to use ResourceClaim ${name} (${uid})`,
      )
    }
    const [first] = claim.status?.allocation?.devices?.results ?? []
    if (first && this.#context.runtime.name !== 'simulated') {
      throw new Error(`DRA driver ${first.driver} is not registered`)
    }
  }
}

const nameOf = ({ metadata }: BoundPod): string => `${metadata.namespace}/${metadata.name}`
