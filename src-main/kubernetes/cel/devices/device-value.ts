import type { Device, DeviceAttribute } from '../../api/resource-v1.ts'
import { EntryMap } from '../evaluate/maps.ts'
import { CelMap, fail, type Value } from '../evaluate/values.ts'
import { quantityValue } from '../library/quantities.ts'
import { semverValue } from '../library/semvers.ts'

/** What expressions see as `device`. Names without a domain are in that of the driver. */
export function deviceValue(driver: string, { attributes, capacity }: Device): CelMap {
  const device = new EntryMap()
  device.insert('driver', driver)
  device.insert('attributes', byDomain(driver, attributes, attributeValue))
  device.insert(
    'capacity',
    byDomain(driver, capacity, ({ value }) => quantityValue(String(value))),
  )
  return device
}

function byDomain<T>(
  driver: string,
  entries: Readonly<Record<string, T>> = {},
  read: (entry: T) => Value,
): CelMap {
  const domains = new Domains()
  for (const [qualified, entry] of Object.entries(entries)) {
    const [first = '', second] = qualified.split('/')
    const [domain, name] = second === undefined ? [driver, first] : [first, second]
    domains.of(domain).insert(name, read(entry))
  }
  return domains
}

function attributeValue({ int, bool, string, version }: DeviceAttribute): Value {
  if (int !== undefined) return BigInt(int)
  if (bool !== undefined) return bool
  if (string !== undefined) return string
  return version === undefined ? fail('unsupported attribute value') : semverValue(version)
}

const nothing = new EntryMap()

/** A domain that a device has nothing in is there, too, and empty: `device.attributes['other'].x` lacks only `x`. */
class Domains extends CelMap {
  readonly #domains = new Map<string, EntryMap>()

  get size(): number {
    return this.#domains.size
  }

  of(domain: string): EntryMap {
    const found = this.#domains.get(domain) ?? new EntryMap()
    this.#domains.set(domain, found)
    return found
  }

  get(key: Value): Value {
    return (typeof key === 'string' && this.#domains.get(key)) || nothing
  }

  override has(key: Value): boolean {
    return typeof key === 'string' && this.#domains.has(key)
  }

  keys(): Iterable<Value> {
    return this.#domains.keys()
  }
}
