import type { DeviceClass, ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import { keyOf } from '#kubernetes/objects.ts'
import { maxDevices } from '#kubernetes/resource-claims.ts'
import type { DevicePick } from './allocation-result.ts'
import type { PoolInReach, ReachableDevice } from './device-inventory.ts'
import { MatchAttribute } from './match-attribute.ts'
import { type RequestPlan, requestPlans } from './request-plans.ts'
import { type CompileSelector, isSelected } from './selector-results.ts'

/** A claim with the ways to meet its requests, and what was chosen so far. */
export interface ClaimPlan {
  claim: ResourceClaim
  requests: { plan: RequestPlan; all: readonly ReachableDevice[] }[][]
  constraints: MatchAttribute[]
  picks: DevicePick[]
  /** The way that was taken, for each request. */
  taken: RequestPlan[]
}

/** Throws, in upstream's words, for a claim that makes no sense whatever the devices that are free. */
export function planClaim(
  claim: ResourceClaim,
  pools: readonly PoolInReach[],
  {
    classOf,
    compile,
  }: { classOf: (name: string) => DeviceClass | undefined; compile: CompileSelector },
): ClaimPlan {
  const requests = requestPlans(claim, classOf).map(plans =>
    plans.map(plan => ({
      plan,
      all: plan.count === undefined ? allSelected(plan, pools, claim, compile) : [],
    })),
  )
  const least = requests
    .map(ways => Math.min(...ways.map(({ plan, all }) => plan.count ?? all.length)))
    .reduce((sum, count) => sum + count, 0)
  if (least > maxDevices) {
    throw new Error(
      `claim ${keyOf(claim)}: number of requested devices ${least} exceeds the claim limit of ${maxDevices}`,
    )
  }
  const constraints = (claim.spec.devices?.constraints ?? []).map(one => new MatchAttribute(one))
  return { claim, requests, constraints, picks: [], taken: [] }
}

/** Everything that a request for all devices means; a pool that isn't whole leaves that open. */
function allSelected(
  plan: RequestPlan,
  pools: readonly PoolInReach[],
  claim: ResourceClaim,
  compile: CompileSelector,
): ReachableDevice[] {
  return pools.flatMap(({ pool, devices }) => {
    const problem = pool.isIncomplete ? 'being updated' : pool.isInvalid ? 'invalid' : undefined
    if (problem) {
      throw new Error(
        `claim ${keyOf(claim)}, request ${plan.name}: asks for all devices, but resource pool ${pool.driver}/${pool.name} is currently ${problem}`,
      )
    }
    return devices.filter(device => isSelected(plan, device, claim, compile))
  })
}
