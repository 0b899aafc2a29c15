import { DeviceInventory } from '#control-plane/scheduler/devices/device-inventory.ts'
import type { DeviceView } from '#control-plane/scheduler/devices/device-view.ts'
import { DevicesInUse } from '#control-plane/scheduler/devices/devices-in-use.ts'
import type { DeviceClass, ResourceClaim, ResourceSlice } from '#kubernetes/api/resource-v1.ts'
import { compileDeviceSelector } from '#kubernetes/cel/devices/device-selector.ts'
import { keyOf } from '#kubernetes/objects.ts'
import { stored } from './stored.ts'

export interface DeviceObjects {
  resourceClaims?: ResourceClaim[]
  deviceClasses?: DeviceClass[]
  resourceSlices?: ResourceSlice[]
  /** The claims that devices are being written into. */
  beingAllocated?: string[]
  /** Milliseconds since the epoch; time stands still unless it is given. */
  now?: () => number
}

/** Devices and claims as rules of the scheduler see them. Expressions with `matches` need their engine loaded. */
export function devicesOf(objects: DeviceObjects = {}): DeviceView {
  const { resourceClaims = [], deviceClasses = [], resourceSlices = [] } = objects
  const claims = new Map(resourceClaims.map(stored).map(claim => [keyOf(claim), claim]))
  const classes = new Map(deviceClasses.map(one => [one.metadata.name, one]))
  const inUse = new DevicesInUse()
  for (const { metadata, status } of claims.values()) inUse.set(metadata.uid, status?.allocation)
  return {
    isReady: true,
    claim: key => claims.get(key),
    isBeingAllocated: uid => objects.beingAllocated?.includes(uid) ?? false,
    classOf: name => classes.get(name),
    inventory: new DeviceInventory(resourceSlices),
    isInUse: id => inUse.has(id),
    compile: compileDeviceSelector,
    now: objects.now ?? (() => 0),
  }
}
