import { addQuantities, compareQuantities, subtractQuantities } from './quantity.ts'
import type { Quantity } from './scalars.ts'

/** Amounts of resources by name, as in `requests` and `limits`. */
export type Amounts = Record<string, Quantity>

/** The sum; what only one of them names is kept. */
export const addAmounts = (a: Amounts, b: Amounts): Amounts => merge(a, b, addQuantities)

/** The larger amount of each resource. */
export const maxAmounts = (a: Amounts, b: Amounts): Amounts =>
  merge(a, b, (left, right) => (compareQuantities(left, right) < 0 ? right : left))

/** `a` less `b`; what only `b` names is counted as negative. */
export function subtractAmounts(a: Amounts, b: Amounts): Amounts {
  const result = { ...a }
  for (const [name, amount] of Object.entries(b)) {
    result[name] = subtractQuantities(a[name] ?? '0', amount)
  }
  return result
}

/** Only the named resources. */
export const pickAmounts = (amounts: Amounts, names: Iterable<string>): Amounts =>
  Object.fromEntries(
    [...names].flatMap(name => (amounts[name] === undefined ? [] : [[name, amounts[name]]])),
  )

function merge(a: Amounts, b: Amounts, join: (a: Quantity, b: Quantity) => Quantity): Amounts {
  const result = { ...a }
  for (const [name, amount] of Object.entries(b)) {
    const other = result[name]
    result[name] = other === undefined ? amount : join(other, amount)
  }
  return result
}
