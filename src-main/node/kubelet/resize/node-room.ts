import { withSignal } from '#base/with-signal.ts'
import { occupiedAmounts, podAmounts } from '#kubernetes/pod-resources.ts'
import { type Amounts, addAmounts } from '#kubernetes/resource-amounts.ts'
import { isCritical, podsToPreempt } from '../admission/pods-to-preempt.ts'
import { refuseRoom } from '../admission/refuse-room.ts'
import type { Rejection, Shortage } from '../admission/rejection.ts'
import type { BoundPod } from '../pod-facts.ts'
import { exceeds, type ResizeRefusal, refuseResize } from './refuse-resize.ts'

/** A pod that has room on the node, and may wait for more. */
export interface Tenant {
  /** The pod as the API wants it. */
  readonly desired: BoundPod
  /** The pod with the resources that the node has given it. */
  readonly given: BoundPod
  /** Since when a resize of it waits, in milliseconds since the epoch. */
  readonly waitingSince: number | undefined
  /** Its resize may go ahead. */
  grant(): void
  refuse(refusal: ResizeRefusal): void
  /** The pod has to make room for a critical one: it fails, and leaves. */
  preempt(): void
}

/**
 * How a node's CPU and memory are shared: says which resizes may go ahead. Those that wait are judged again, in order,
 * whenever a pod leaves, changes, or is granted less than it had.
 */
export class NodeRoom {
  readonly #allocatable: Amounts
  readonly #tenants = new Set<Tenant>()
  readonly #waiting = new Set<Tenant>()
  /** Pods that make room for others, which wait for it. */
  readonly #leaving = new Map<Tenant, PromiseWithResolvers<void>>()
  #isOpen = false

  constructor(allocatable: Amounts) {
    this.#allocatable = allocatable
  }

  /** Everybody who was on the node already is known: resizes may be judged. */
  open(): void {
    this.#isOpen = true
    this.#judge()
  }

  add(tenant: Tenant): void {
    this.#tenants.add(tenant)
  }

  /** A pod's object changed; `wantsResize` says whether it wants other resources than it was given. */
  changed(tenant: Tenant, wantsResize: boolean): void {
    if (!this.#tenants.has(tenant)) return
    if (wantsResize) this.#waiting.add(tenant)
    else this.#waiting.delete(tenant)
    this.#judge()
  }

  /**
   * Why a pod that is new to the node finds no room beside those that came before it or run already. A critical one takes
   * the room of less important pods: that resolves when they have left. Rejects when the signal aborts first.
   */
  async refuse(tenant: Tenant, signal: AbortSignal): Promise<Rejection | undefined> {
    const rejection = this.#lack(tenant)
    if (!rejection?.short || !isCritical(tenant.desired)) return rejection
    const others = this.#before(tenant)
    const { preempted, unmet } = podsToPreempt(tenant.desired, others, rejection.short)
    if (unmet.length) return cannotPreempt(unmet)
    for (const other of preempted) other.preempt()
    await withSignal(Promise.all(preempted.map(other => this.#left(other))), signal)
    return this.#lack(tenant)
  }

  #lack(tenant: Tenant): Rejection | undefined {
    const earlier = this.#before(tenant).map(({ given }) => given)
    return refuseRoom(tenant.desired, earlier, this.#allocatable)
  }

  #before(tenant: Tenant): Tenant[] {
    const earlier: Tenant[] = []
    let isEarlier = true
    for (const other of this.#tenants) {
      if (other === tenant) isEarlier = false
      else if (isEarlier || other.desired.status?.startTime) earlier.push(other)
    }
    return earlier
  }

  /** Resolves when a pod has left. */
  #left(tenant: Tenant): Promise<void> {
    const leaving = this.#leaving.get(tenant) ?? Promise.withResolvers<void>()
    this.#leaving.set(tenant, leaving)
    return leaving.promise
  }

  /** A pod needs its room no longer. */
  remove(tenant: Tenant): void {
    this.#waiting.delete(tenant)
    this.#leaving.get(tenant)?.resolve()
    this.#leaving.delete(tenant)
    if (this.#tenants.delete(tenant)) this.#judge()
  }

  #judge(): void {
    if (!this.#isOpen) return
    for (const tenant of [...this.#waiting].sort(byUrgency)) {
      const requested = podAmounts(tenant.desired.spec, 'requests')
      const refusal = refuseResize(requested, this.#usedBeside(tenant), this.#allocatable)
      if (refusal) tenant.refuse(refusal)
      else {
        this.#waiting.delete(tenant)
        tenant.grant()
      }
    }
  }

  #usedBeside(tenant: Tenant): Amounts {
    let used: Amounts = {}
    for (const other of this.#tenants)
      if (other !== tenant) used = addAmounts(used, occupiedAmounts(other.given, 'requests'))
    return used
  }
}

/** In the kubelet's words. */
const cannotPreempt = (unmet: readonly Shortage[]): Rejection => ({
  reason: 'UnexpectedAdmissionError',
  message: `Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [${unmet.map(({ name, amount }) => `(res: ${name}, q: ${amount}), `).join('')}]`,
})

/** First who asks for no more, then by priority, then guaranteed pods, then who has waited longest. */
function byUrgency(a: Tenant, b: Tenant): number {
  return (
    Number(asksForMore(a)) - Number(asksForMore(b)) ||
    (b.desired.spec.priority ?? 0) - (a.desired.spec.priority ?? 0) ||
    Number(isGuaranteed(b)) - Number(isGuaranteed(a)) ||
    (a.waitingSince ?? Number.POSITIVE_INFINITY) - (b.waitingSince ?? Number.POSITIVE_INFINITY) ||
    0
  )
}

const asksForMore = ({ desired, given }: Tenant): boolean =>
  exceeds(podAmounts(desired.spec, 'requests'), podAmounts(given.spec, 'requests'))

const isGuaranteed = ({ desired }: Tenant): boolean => desired.status?.qosClass === 'Guaranteed'
