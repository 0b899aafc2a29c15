import type { DocumentFields } from '#base/document-fields.ts'
import type { DeviceAttribute } from '#kubernetes/api/resource-v1.ts'
import { checkLabel, checkSubdomain } from '#kubernetes/names.ts'
import { quantityProblem } from '#kubernetes/quantity.ts'
import type { PlannedDevices } from './simulation.ts'

/** As many as fit into what a driver publishes for a node. */
const maxDevices = 64
const maxNames = 32
const namePattern = /^([a-z0-9.-]{1,63}\/)?[A-Za-z_][A-Za-z0-9_]{0,31}$/

/** Reads the devices of a node. Throws an error that names the field. */
export function readDevices(entries: readonly DocumentFields[]): PlannedDevices[] {
  const devices = entries.map(readEntry)
  for (const [index, { driver, name }] of devices.entries()) {
    const own = devices.filter(one => one.driver === driver)
    const count = own.reduce((sum, one) => sum + one.count, 0)
    const entry = entries[index] as DocumentFields
    if (count > maxDevices) {
      throw entry.wrong('count', `a driver can have ${maxDevices} devices of a node, not ${count}`)
    }
    if (own.filter(one => one.name === name).length > 1) {
      throw entry.wrong('name', `the driver has devices named ${name} already`)
    }
  }
  return devices
}

function readEntry(fields: DocumentFields): PlannedDevices {
  const driver = fields.text('driver') ?? ''
  const name = fields.text('name') ?? 'device'
  const count = fields.integer('count', 1, maxDevices) ?? 1
  const attributes = Object.entries(fields.map('attributes') ?? {})
  const capacity = fields.map('capacity') ?? {}
  const [driverProblem] = driver ? checkSubdomain(driver) : ['the name of a driver is wanted']
  if (driverProblem) throw fields.wrong('driver', driverProblem)
  const [nameProblem] = checkLabel(`${name}-${count - 1}`)
  if (nameProblem) throw fields.wrong('name', nameProblem)
  for (const [key] of attributes) checkName(fields, `attributes.${key}`, key)
  for (const [key, amount] of Object.entries(capacity)) {
    checkName(fields, `capacity.${key}`, key)
    const problem = quantityProblem(amount)
    if (problem) throw fields.wrong(`capacity.${key}`, problem)
  }
  const names = attributes.length + Object.keys(capacity).length
  if (names > maxNames) {
    throw fields.wrong('attributes', `with capacity there may be ${maxNames}, not ${names}`)
  }
  fields.done()
  return {
    driver,
    name,
    count,
    attributes: Object.fromEntries(attributes.map(([key, text]) => [key, attributeOf(text)])),
    capacity,
  }
}

function checkName(fields: DocumentFields, field: string, name: string): void {
  if (!namePattern.test(name)) {
    throw fields.wrong(field, 'NAME or DOMAIN/NAME is wanted, of letters, digits and underscores')
  }
}

/** Whole numbers, `true` and `false`, versions such as 1.2.3; everything else is a text. */
function attributeOf(text: string): DeviceAttribute {
  if (/^-?\d{1,15}$/.test(text)) return { int: Number(text) }
  if (text === 'true' || text === 'false') return { bool: text === 'true' }
  return /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(text) ? { version: text } : { string: text }
}
