import type { DeviceAttribute, DeviceConstraint } from '#kubernetes/api/resource-v1.ts'
import type { ReachableDevice } from './device-inventory.ts'
import type { RequestPlan } from './request-plans.ts'

/** A rule that all devices of some requests have an attribute in common. */
export class MatchAttribute {
  readonly #name: string
  readonly #requests: ReadonlySet<string>
  /** What the devices that were added have in common, and how many they are. */
  #value: string | undefined
  #count = 0

  constructor({ matchAttribute = '', requests = [] }: DeviceConstraint) {
    this.#name = matchAttribute
    this.#requests = new Set(requests)
  }

  /** Counts a device in, unless that would break the rule. */
  add(plan: RequestPlan, device: ReachableDevice): boolean {
    if (!this.#concerns(plan)) return true
    const attribute = findAttribute(device, this.#name)
    if (!attribute) return false
    const value = JSON.stringify(attribute)
    if (this.#count > 0 && value !== this.#value) return false
    this.#value = value
    this.#count++
    return true
  }

  /** Takes back what `add` counted in. */
  remove(plan: RequestPlan): void {
    if (this.#concerns(plan)) this.#count--
  }

  #concerns({ parent, name }: RequestPlan): boolean {
    return this.#requests.size === 0 || this.#requests.has(parent) || this.#requests.has(name)
  }
}

/** An attribute by its full name; of the driver's own domain the name alone will do. */
function findAttribute(
  { device, pool }: ReachableDevice,
  name: string,
): DeviceAttribute | undefined {
  const attributes = device.attributes ?? {}
  const slash = name.indexOf('/')
  const isOwn = name.slice(0, slash) === pool.driver
  return attributes[name] ?? (isOwn ? attributes[name.slice(slash + 1)] : undefined)
}
