import type { ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import {
  canonicalQuantity,
  compareQuantities,
  isWhole,
  parseQuantity,
  quantityProblem,
} from '#kubernetes/quantity.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { forbidden, invalid, required } from '../field-errors.ts'
import { isHugePages, isNative, validateContainerResourceName } from '../resource-names.ts'

/** Whether a node may promise more of a resource than it has. */
const mayOvercommit = (name: string) => isNative(name) && !isHugePages(name)

/** What is wrong with the resources that a container asks for. */
export function validateResources(
  { limits = {}, requests = {} }: ResourceRequirements,
  path: string,
): FieldError[] {
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  const errors = [
    ...Object.entries(limits).flatMap(([name, amount]) =>
      validateAmount(name, amount, `${path}.limits[${name}]`),
    ),
    ...Object.entries(requests).flatMap(([name, amount]) => {
      const wrong = validateAmount(name, amount, `${path}.requests[${name}]`)
      return wrong.length > 0 ? wrong : validateRequest(name, amount, limits[name], path)
    }),
  ]
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory'))
    errors.push(forbidden(path, 'HugePages require cpu or memory'))
  return errors
}

function validateRequest(
  name: string,
  amount: string,
  limit: string | undefined,
  path: string,
): FieldError[] {
  if (limit === undefined)
    return mayOvercommit(name)
      ? []
      : [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')]
  if (quantityProblem(String(limit))) return []
  const difference = compareQuantities(amount, limit)
  const refuse = (words: string) => [
    invalid(
      `${path}.requests`,
      canonicalQuantity(amount),
      `must be ${words} ${name} limit of ${canonicalQuantity(limit)}`,
    ),
  ]
  if (difference !== 0 && !mayOvercommit(name)) return refuse('equal to')
  return difference > 0 ? refuse('less than or equal to') : []
}

function validateAmount(name: string, amount: string, path: string): FieldError[] {
  const nanos = parseQuantity(amount)
  if (nanos === undefined)
    return [invalid(path, amount, quantityProblem(String(amount)) ?? 'must be a quantity')]
  return [
    ...validateContainerResourceName(name, path),
    ...(nanos < 0n
      ? [invalid(path, canonicalQuantity(amount), 'must be greater than or equal to 0')]
      : []),
    ...(!isWhole(nanos) && (isHugePages(name) || !isNative(name))
      ? [invalid(path, canonicalQuantity(amount), 'must be an integer')]
      : []),
  ]
}
