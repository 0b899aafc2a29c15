import { ownValue } from '#base/own-value.ts'
import { checkLabelValue, checkQualifiedName } from '../names.ts'
import { statusError } from '../status-error.ts'

export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt'

/** One condition on labels. */
export interface Requirement {
  key: string
  operator: Operator
  /** Sorted, without repetition. */
  values: string[]
}

/** A 400 as the API server answers for a selector that can't be read. */
export const badSelector = (problem: string) => statusError('BadRequest', problem)

/** Builds a requirement; throws a 400 with Kubernetes' words when key, operator and values don't go together. */
export function requirement(key: string, operator: Operator, values: string[]): Requirement {
  requireValidKey(key)
  const problem = valuesProblem(operator, values)
  if (problem) throw badSelector(`values: Invalid value: ${goStrings(values)}: ${problem}`)
  for (const [index, value] of values.entries()) {
    if ((operator === 'gt' || operator === 'lt') && !/^[+-]?\d+$/.test(value))
      throw badSelector(
        `values[${index}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      )
    const problems = checkLabelValue(value)
    if (problems.length)
      throw badSelector(
        `values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problems.join('; ')}`,
      )
  }
  return { key, operator, values: [...new Set(values)].sort() }
}

export function requireValidKey(key: string): void {
  const problems = checkQualifiedName(key)
  if (problems.length)
    throw badSelector(`key: Invalid value: ${JSON.stringify(key)}: ${problems.join('; ')}`)
}

function valuesProblem(operator: Operator, values: string[]): string | undefined {
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length ? undefined : "for 'in', 'notin' operators, values set can't be empty"
    case '=':
    case '==':
    case '!=':
      return values.length === 1 ? undefined : 'exact-match compatibility requires one single value'
    case 'exists':
    case '!':
      return values.length ? 'values set must be empty for exists and does not exist' : undefined
    case 'gt':
    case 'lt':
      return values.length === 1
        ? undefined
        : "for 'Gt', 'Lt' operators, exactly one value is required"
  }
}

const goStrings = (values: string[]) =>
  `[]string{${values.map(value => JSON.stringify(value)).join(', ')}}`

/** Whether labels meet one requirement. */
export function meets(
  labels: Readonly<Record<string, string>>,
  { key, operator, values }: Requirement,
): boolean {
  const value = ownValue(labels, key)
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value)
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case 'gt':
    case 'lt':
      return (
        isInteger(value) && compareIntegers(value, values[0] ?? '') === (operator === 'gt' ? 1 : -1)
      )
  }
}

const isInteger = (value: string | undefined): value is string =>
  value !== undefined && /^[+-]?\d+$/.test(value)

function compareIntegers(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b)
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

/** The requirement as a selector writes it: `app in (a,b)`. */
export function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key
    case '!':
      return `!${key}`
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`
    case 'gt':
      return `${key}>${values[0]}`
    case 'lt':
      return `${key}<${values[0]}`
    default:
      return `${key}${operator}${values[0]}`
  }
}
