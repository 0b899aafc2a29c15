import type { AllocationResult, DeviceClass, ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import { keyOf } from '#kubernetes/objects.ts'
import { maxDevices } from '#kubernetes/resource-claims.ts'
import type { NamedNode } from '#kubernetes/selectors/node-selector.ts'
import { allocationResult } from './allocation-result.ts'
import { type ClaimPlan, planClaim } from './claim-plan.ts'
import type { DeviceInventory, PoolInReach, ReachableDevice } from './device-inventory.ts'
import type { RequestPlan } from './request-plans.ts'
import { type CompileSelector, isSelected } from './selector-results.ts'

/** How much may be tried, for all nodes that one pod is tried on. */
export interface SearchBudget {
  steps: number
  /** Whether the search on this node has taken too long. */
  isOver?(): boolean
}

export const searchBudget = (): SearchBudget => ({ steps: 200_000 })

const stepsBetweenLooks = 16

export interface AllocationQuestion {
  /** Those that have no devices yet. */
  claims: readonly ResourceClaim[]
  node: NamedNode
  inventory: DeviceInventory
  /** Whether a device belongs to a claim already. */
  isInUse(id: string): boolean
  classOf(name: string): DeviceClass | undefined
  compile: CompileSelector
  budget: SearchBudget
}

/**
 * Finds devices that a node reaches for all requests of all claims at once: the first that will do, of the alternatives
 * of a request the first that can be met. Answers one allocation for each claim, or in upstream's words why there is
 * none on this node. Throws, in upstream's words too, for what makes no sense whatever the node has left.
 */
export function allocateDevices(question: AllocationQuestion): AllocationResult[] | string {
  const pools = question.inventory.reach(question.node)
  const claims = question.claims.map(claim => planClaim(claim, pools, question))
  const search = new Search(claims, pools, question)
  const found = search.run()
  if (found) return found
  if (search.isExhausted) return 'timed out trying to allocate devices'
  return pools.some(({ pool }) => pool.isInvalid)
    ? 'invalid resource pools were encountered'
    : 'cannot allocate all claims'
}

/** Tries devices one after the other, and takes back what leads nowhere. */
class Search {
  readonly #claims: readonly ClaimPlan[]
  readonly #devices: readonly ReachableDevice[]
  readonly #question: AllocationQuestion
  /** By device, the claims that this search gave it to; of several, all but one only look at it. */
  readonly #given = new Map<string, Set<ClaimPlan>>()
  #isLate = false

  constructor(
    claims: readonly ClaimPlan[],
    pools: readonly PoolInReach[],
    question: AllocationQuestion,
  ) {
    this.#claims = claims
    this.#devices = pools
      .filter(({ pool }) => !pool.isIncomplete && !pool.isInvalid)
      .flatMap(({ devices }) => devices)
    this.#question = question
  }

  /** No more may be tried. */
  get isExhausted(): boolean {
    return this.#isLate || this.#question.budget.steps <= 0
  }

  run(): AllocationResult[] | undefined {
    if (!this.#claim(0)) return undefined
    return this.#claims.map(({ claim, taken, picks }) => allocationResult(claim, taken, picks))
  }

  #claim(index: number): boolean {
    const plan = this.#claims[index]
    return !plan || this.#request(plan, index, 0)
  }

  #request(of: ClaimPlan, claim: number, index: number): boolean {
    const ways = of.requests[index]
    if (!ways) return this.#claim(claim + 1)
    const onward = () => this.#request(of, claim, index + 1)
    return ways.some(({ plan, all }) => {
      of.taken[index] = plan
      const wanted = plan.count ?? all.length
      if (of.picks.length + wanted > maxDevices) return false
      return plan.count === undefined
        ? all.length > 0 && this.#all(of, plan, all, onward)
        : this.#some(of, plan, { left: wanted, from: 0 }, onward)
    })
  }

  /** Takes every one of these devices. */
  #all(
    of: ClaimPlan,
    plan: RequestPlan,
    all: readonly ReachableDevice[],
    onward: () => boolean,
  ): boolean {
    const before = of.picks.length
    for (const device of all) {
      const isTaken = this.#isFree(of, plan, device) && this.#take(of, plan, device, true)
      if (!isTaken) return this.#giveBack(of, before)
    }
    return onward() || this.#giveBack(of, before)
  }

  /** Takes as many devices as are left to be found; which of them comes first makes no difference. */
  #some(
    of: ClaimPlan,
    plan: RequestPlan,
    { left, from }: { left: number; from: number },
    onward: () => boolean,
  ): boolean {
    if (left === 0) return onward()
    const { budget, compile } = this.#question
    const before = of.picks.length
    for (let index = from; index + left <= this.#devices.length; index++) {
      if (budget.steps-- <= 0) return false
      if (this.#isOverdue()) return false
      const device = this.#devices[index]
      if (!device || !this.#isFree(of, plan, device)) continue
      if (!isSelected(plan, device, of.claim, compile) || !this.#take(of, plan, device)) continue
      if (this.#some(of, plan, { left: left - 1, from: index + 1 }, onward)) return true
      this.#giveBack(of, before)
    }
    return false
  }

  /** Looks at the time now and then only. */
  #isOverdue(): boolean {
    const { budget } = this.#question
    if (budget.steps % stepsBetweenLooks === 0) this.#isLate ||= budget.isOver?.() ?? false
    return this.#isLate
  }

  #isFree(of: ClaimPlan, { adminAccess }: RequestPlan, { id }: ReachableDevice): boolean {
    const given = this.#given.get(id)
    if (adminAccess) return !given?.has(of)
    return !given?.size && !this.#question.isInUse(id)
  }

  #take(of: ClaimPlan, plan: RequestPlan, device: ReachableDevice, must = false): boolean {
    const refused = of.constraints.findIndex(constraint => !constraint.add(plan, device))
    if (refused >= 0) {
      for (const constraint of of.constraints.slice(0, refused)) constraint.remove(plan)
      if (!must) return false
      throw new Error(
        `claim ${keyOf(of.claim)}, request ${plan.name}: cannot add device ${device.id} because a claim constraint would not be satisfied`,
      )
    }
    const given = this.#given.get(device.id) ?? new Set()
    this.#given.set(device.id, given.add(of))
    of.picks.push({ plan, device })
    return true
  }

  /** Takes back what a claim got since it had so many devices; answers false. */
  #giveBack(of: ClaimPlan, count: number): false {
    for (const { plan, device } of of.picks.splice(count)) {
      this.#given.get(device.id)?.delete(of)
      for (const constraint of of.constraints) constraint.remove(plan)
    }
    return false
  }
}
