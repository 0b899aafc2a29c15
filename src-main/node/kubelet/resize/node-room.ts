import { occupiedAmounts, podAmounts } from '#kubernetes/pod-resources.ts'
import { type Amounts, addAmounts } from '#kubernetes/resource-amounts.ts'
import { refuseRoom } from '../admission/refuse-room.ts'
import type { Rejection } from '../admission/rejection.ts'
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
}

/**
 * How a node's CPU and memory are shared: says which resizes may go ahead. Those that wait are judged again, in order,
 * whenever a pod leaves, changes, or is granted less than it had.
 */
export class NodeRoom {
  readonly #allocatable: Amounts
  readonly #tenants = new Set<Tenant>()
  readonly #waiting = new Set<Tenant>()
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

  /** Why a pod that is new to the node finds no room beside those that came before it or run already. */
  refuse(tenant: Tenant): Rejection | undefined {
    const earlier: BoundPod[] = []
    let isEarlier = true
    for (const other of this.#tenants) {
      if (other === tenant) isEarlier = false
      else if (isEarlier || other.desired.status?.startTime) earlier.push(other.given)
    }
    return refuseRoom(tenant.desired, earlier, this.#allocatable)
  }

  /** A pod needs its room no longer. */
  remove(tenant: Tenant): void {
    this.#waiting.delete(tenant)
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
