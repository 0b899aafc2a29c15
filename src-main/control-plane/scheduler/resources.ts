import { quantityMilliValue, quantityValue } from '#kubernetes/quantity.ts'

/** Amounts by resource: thousandths for `cpu`, whole numbers for everything else. */
export type Resources = Readonly<Record<string, number>>

/** Reads a list of quantities, such as a container's requests or a node's allocatable. */
export function parseResources(quantities: Record<string, string> | undefined): Resources {
  const resources: Record<string, number> = {}
  for (const name in quantities) {
    const quantity = quantities[name] ?? '0'
    resources[name] = name === 'cpu' ? quantityMilliValue(quantity) : quantityValue(quantity)
  }
  return resources
}
