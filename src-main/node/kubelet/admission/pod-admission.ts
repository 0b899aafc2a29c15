import { type Clock, sleep } from '#base/clock.ts'
import { nodes } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { PodStatus } from '#kubernetes/api/core-v1.ts'
import { podCondition } from '#kubernetes/pod-state.ts'
import { hasNodeRules, matchesNodeRules } from '#kubernetes/selectors/node-selector.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { findToleration } from '#kubernetes/taints.ts'
import type { BoundPod } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import { refuseSpec } from './refuse-spec.ts'
import type { Rejection } from './rejection.ts'

export interface PodAdmissionOptions {
  client: Client
  clock: Clock
  report: PodReporter
  /** Whether the pod finds room beside those that came before it. */
  refuseRoom(signal: AbortSignal): Promise<Rejection | undefined>
}

/** Controllers put another pod in the place of a rejected one at once: without a pause they would make hundreds a second. */
const rejectionMs = 500
const noMatch = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
const untolerated =
  "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"

/**
 * Whether the node takes a pod that is new to it. What the scheduler has placed fits; where somebody else named the
 * node, the kubelet looks at what the scheduler would have looked at. A pod that has started here is not judged again.
 */
export class PodAdmission {
  readonly #options: PodAdmissionOptions
  #isDecided: boolean
  #rejection: Rejection | undefined

  constructor(pod: BoundPod, options: PodAdmissionOptions) {
    this.#options = options
    this.#isDecided = pod.status?.startTime !== undefined
  }

  /** Why the node does not take the pod; undefined when it does. */
  async decide(pod: BoundPod, signal: AbortSignal): Promise<Rejection | undefined> {
    if (this.#isDecided) return this.#rejection
    const rejection = refuseSpec(pod.spec) ?? (await this.#refusePlace(pod, signal))
    if (rejection) await sleep(this.#options.clock, rejectionMs, signal)
    this.#isDecided = true
    this.#rejection = rejection
    if (rejection) this.#options.report('Warning', rejection.reason, rejection.message)
    return rejection
  }

  async #refusePlace(pod: BoundPod, signal: AbortSignal): Promise<Rejection | undefined> {
    if (podCondition(pod, 'PodScheduled')?.status === 'True') return undefined
    return (await this.#options.refuseRoom(signal)) ?? (await this.#refuseNode(pod))
  }

  async #refuseNode({ spec }: BoundPod): Promise<Rejection | undefined> {
    const name = spec.nodeName ?? ''
    const node = await this.#options.client.get(nodes, { name }).catch(error => {
      if (isNotFound(error)) return undefined
      throw error
    })
    if (!node) return undefined
    if (hasNodeRules(spec) && !matchesNodeRules(spec, { name, labels: node.metadata.labels }))
      return { reason: 'NodeAffinity', message: noMatch }
    const evicts = (node.spec?.taints ?? []).some(
      taint => taint.effect === 'NoExecute' && !findToleration(spec.tolerations, taint),
    )
    return evicts ? { reason: 'TaintToleration', message: untolerated } : undefined
  }
}

/** The status of a pod that was rejected: nothing of it ever ran. */
export const rejectedStatus = (
  { metadata, status }: BoundPod,
  { reason, message }: Rejection,
  startTime: string,
): PodStatus => ({
  ...(metadata.generation ? { observedGeneration: metadata.generation } : {}),
  phase: 'Failed',
  reason,
  message: `Pod was rejected: ${message}`,
  startTime: status?.startTime ?? startTime,
  ...(status?.qosClass ? { qosClass: status.qosClass } : {}),
})
