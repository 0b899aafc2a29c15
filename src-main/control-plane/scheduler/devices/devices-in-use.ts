import type { AllocationResult } from '#kubernetes/api/resource-v1.ts'
import { deviceId } from './device-inventory.ts'

/** Which devices belong to claims. One that is only looked at with admin access belongs to nobody by that. */
export class DevicesInUse {
  /** By claim. */
  readonly #held = new Map<string, readonly string[]>()
  readonly #counts = new Map<string, number>()

  has(id: string): boolean {
    return this.#counts.has(id)
  }

  /** Takes in what a claim has now; undefined for nothing. */
  set(claimUid: string, allocation: AllocationResult | undefined): void {
    for (const id of this.#held.get(claimUid) ?? []) this.#count(id, -1)
    const results = allocation?.devices?.results ?? []
    const held = results.filter(({ adminAccess }) => !adminAccess).map(deviceId)
    for (const id of held) this.#count(id, 1)
    if (held.length) this.#held.set(claimUid, held)
    else this.#held.delete(claimUid)
  }

  #count(id: string, by: 1 | -1): void {
    const count = (this.#counts.get(id) ?? 0) + by
    if (count > 0) this.#counts.set(id, count)
    else this.#counts.delete(id)
  }
}
