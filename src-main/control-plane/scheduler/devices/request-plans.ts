import type {
  DeviceClass,
  DeviceSelector,
  DeviceSubRequest,
  ExactDeviceRequest,
  ResourceClaim,
} from '#kubernetes/api/resource-v1.ts'
import { keyOf } from '#kubernetes/objects.ts'

/** One way to meet a request: as it says, or by one of its alternatives. */
export interface RequestPlan {
  /** As results name it: `gpu`, or `gpu/small` of an alternative. */
  name: string
  /** The request's name, of an alternative too. */
  parent: string
  deviceClass: DeviceClass
  selectors: readonly DeviceSelector[]
  /** Undefined: all that there are. */
  count: number | undefined
  /** Devices that others use will do. */
  adminAccess: boolean
}

/** The ways to meet each request of a claim, in the order in which they are to be tried. Throws for a class that isn't there. */
export const requestPlans = (
  claim: ResourceClaim,
  classOf: (name: string) => DeviceClass | undefined,
): RequestPlan[][] =>
  (claim.spec.devices?.requests ?? []).map(({ name, exactly, firstAvailable = [] }) => {
    const plan = (own: string, request: ExactDeviceRequest | DeviceSubRequest): RequestPlan => {
      const { deviceClassName, selectors = [], allocationMode, count = 1 } = request
      const deviceClass = classOf(deviceClassName)
      if (!deviceClass) {
        throw new Error(
          `claim ${keyOf(claim)}, request ${own}: could not retrieve device class ${deviceClassName}`,
        )
      }
      return {
        name: own,
        parent: name,
        deviceClass,
        selectors,
        count: allocationMode === 'All' ? undefined : count,
        adminAccess: 'adminAccess' in request && request.adminAccess === true,
      }
    }
    return exactly
      ? [plan(name, exactly)]
      : firstAvailable.map(request => plan(`${name}/${request.name}`, request))
  })
