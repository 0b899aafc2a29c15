import { compareQuantities, quantityMilliValue, quantityValue } from '#kubernetes/quantity.ts'
import type { Amounts } from '#kubernetes/resource-amounts.ts'
import { type ResizableResource, resizableResources } from './pod-resources.ts'

/** Why a resize is not granted: never on this node, or not while others use the room. */
export interface ResizeRefusal {
  reason: 'Infeasible' | 'Deferred'
  message: string
}

/** Whether a node lacks room for what a resized pod asks for in all, said in the kubelet's words. */
export function refuseResize(
  requested: Amounts,
  usedByOthers: Amounts,
  allocatable: Amounts,
): ResizeRefusal | undefined {
  const claims = resizableResources.map(name => ({
    name,
    requested: countOf(name, requested),
    used: countOf(name, usedByOthers),
    capacity: countOf(name, allocatable),
  }))
  const impossible = claims.findLast(({ requested, capacity }) => requested > capacity)
  if (impossible) {
    const { name, requested, capacity } = impossible
    const amounts = `${name}, requested: ${requested}, capacity: ${capacity}`
    return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${amounts}` }
  }
  const crowded = claims.find(one => one.requested > 0 && one.requested + one.used > one.capacity)
  if (!crowded) return undefined
  const { name, used, capacity } = crowded
  const amounts = `${name}, requested: ${crowded.requested}, used: ${used}, capacity: ${capacity}`
  return { reason: 'Deferred', message: `Node didn't have enough resource: ${amounts}` }
}

/** Whether more is asked for than there is of CPU or memory. */
export const exceeds = (asked: Amounts, given: Amounts): boolean =>
  resizableResources.some(name => compareQuantities(asked[name] ?? '0', given[name] ?? '0') > 0)

/** Thousandths of a CPU, bytes of memory. */
function countOf(name: ResizableResource, amounts: Amounts): number {
  const quantity = amounts[name] ?? '0'
  return name === 'cpu' ? quantityMilliValue(quantity) : quantityValue(quantity)
}
