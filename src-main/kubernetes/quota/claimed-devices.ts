import type { DeviceSubRequest, ResourceClaim } from '../api/resource-v1.ts'
import type { Amounts } from '../resource-amounts.ts'
import { maxDevices } from '../resource-claims.ts'

/** `gpus.deviceclass.resource.k8s.io/devices`: how a quota names the devices of a class. */
export const devicesSuffix = '.deviceclass.resource.k8s.io/devices'

/** The devices that a claim asks for, by class; of alternatives the most that one of them takes. */
export function claimedDevices({ spec }: ResourceClaim): Amounts {
  const counts = new Map<string, number>()
  for (const { exactly, firstAvailable = [] } of spec.devices?.requests ?? []) {
    const most = new Map<string, number>()
    for (const way of exactly ? [exactly] : firstAvailable) {
      const { deviceClassName } = way
      most.set(deviceClassName, Math.max(most.get(deviceClassName) ?? 0, countOf(way)))
    }
    for (const [name, count] of most) counts.set(name, (counts.get(name) ?? 0) + count)
  }
  return Object.fromEntries(
    [...counts].map(([name, count]) => [`${name}${devicesSuffix}`, String(count)]),
  )
}

/** A request for all devices counts as many as a claim can have. */
const countOf = ({
  allocationMode,
  count = 1,
}: Pick<DeviceSubRequest, 'allocationMode' | 'count'>): number =>
  allocationMode === 'All' ? maxDevices : count
