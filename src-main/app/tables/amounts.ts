import type { ResourceAmounts } from '#contract/tables.ts'
import { parseQuantity, quantityMilliValue, quantityValue } from '#kubernetes/quantity.ts'
import { list, object, text, type Untyped } from '../status/conditions.ts'

/**
 * What a pod's containers ask for and may use, or what a node has to give; undefined for other kinds. Of a container
 * that runs its status says it, since a resize may still wait. A limit that only some of the containers have limits
 * nothing as a whole, so it is left out.
 */
export function amountsOf(of: Untyped, kind: string): ResourceAmounts | undefined {
  if (kind === 'Node') {
    const { cpu, memory } = object(object(of['status'])['allocatable'])
    return onlyKnown({ cpuLimit: milli(cpu), memoryLimit: bytes(memory) })
  }
  if (kind !== 'Pod') return undefined
  const spec = object(of['spec'])
  const sidecars = list(spec['initContainers']).filter(
    one => text(one['restartPolicy']) === 'Always',
  )
  const containers = [...list(spec['containers']), ...sidecars]
  const status = object(of['status'])
  const statuses = [...list(status['containerStatuses']), ...list(status['initContainerStatuses'])]
  const running = new Map(statuses.map(one => [text(one['name']), one['resources']]))
  const amounts = (part: 'requests' | 'limits', name: 'cpu' | 'memory') =>
    containers.map(container => {
      const resources = running.get(text(container['name'])) ?? container['resources']
      const value = object(object(resources)[part])[name]
      return name === 'cpu' ? milli(value) : bytes(value)
    })
  return onlyKnown({
    cpuRequest: sumOfKnown(amounts('requests', 'cpu')),
    cpuLimit: sumOfAll(amounts('limits', 'cpu')),
    memoryRequest: sumOfKnown(amounts('requests', 'memory')),
    memoryLimit: sumOfAll(amounts('limits', 'memory')),
  })
}

type Amount = number | undefined

const quantity = (value: unknown, read: (quantity: string) => number): Amount =>
  typeof value === 'string' && parseQuantity(value) !== undefined ? read(value) : undefined
const milli = (value: unknown) => quantity(value, quantityMilliValue)
const bytes = (value: unknown) => quantity(value, quantityValue)

const sum = (amounts: number[]) => amounts.reduce((total, one) => total + one, 0)

function sumOfKnown(amounts: Amount[]): Amount {
  const known = amounts.filter(one => one !== undefined)
  return known.length ? sum(known) : undefined
}

function sumOfAll(amounts: Amount[]): Amount {
  const known = amounts.filter(one => one !== undefined)
  return known.length && known.length === amounts.length ? sum(known) : undefined
}

function onlyKnown(
  amounts: { [Name in keyof ResourceAmounts]: Amount },
): ResourceAmounts | undefined {
  const known = Object.entries(amounts).filter(([, amount]) => amount !== undefined)
  return known.length ? (Object.fromEntries(known) as ResourceAmounts) : undefined
}
