import type { DeviceClass, ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import type { DeviceInventory } from './device-inventory.ts'
import type { CompileSelector } from './selector-results.ts'

/** What rules see of devices and of the claims on them. */
export interface DeviceView {
  /** Nothing of it is known before the first pod asks for devices, and for a moment after. */
  readonly isReady: boolean
  /** By `namespace/name`, with what was written but not seen yet. */
  claim(key: string): Stored<ResourceClaim> | undefined
  /** Whether devices were chosen for a claim, and are being written into it. */
  isBeingAllocated(uid: string): boolean
  classOf(name: string): DeviceClass | undefined
  readonly inventory: DeviceInventory
  /** Whether a device belongs to a claim, or is about to. */
  isInUse(id: string): boolean
  readonly compile: CompileSelector
  /** Milliseconds since the epoch. */
  now(): number
}
