import { isRecord } from '../json.ts'
import { parseSteps } from './parse.ts'
import type { Filter, FilterOperator, Operand, Step } from './steps.ts'

/** A path into JSON data in kubectl's dialect, such as `.status.conditions[?(@.type=="Ready")].status`. */
export class JsonPath {
  readonly text: string
  readonly #steps: readonly Step[]

  /** Throws an `Error` that says what is wrong with the path. */
  constructor(text: string) {
    this.text = text
    this.#steps = parseSteps(text)
  }

  /** The values that the path leads to; none where members are missing. Throws for an index beyond a list's end. */
  find(root: unknown): unknown[] {
    return follow(this.#steps, [root], root)
  }
}

function follow(steps: readonly Step[], from: readonly unknown[], root: unknown): unknown[] {
  let values = [...from]
  for (const step of steps) values = values.flatMap(value => next(step, value, root))
  return values
}

function next(step: Step, value: unknown, root: unknown): unknown[] {
  switch (step.kind) {
    case 'root':
      return [root]
    case 'field':
      return isRecord(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : []
    case 'wildcard':
      return membersOf(value)
    case 'slice':
      return Array.isArray(value) ? slice(value, step) : []
    case 'filter':
      return Array.isArray(value) ? value.filter(item => matches(step.filter, item, root)) : []
    case 'union':
      return step.paths.flatMap(path => follow(path, [value], root))
    case 'descend':
      return descendants(value)
  }
}

const membersOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : []

/** The value itself and everything below it, parents first. */
const descendants = (value: unknown): unknown[] => [value, ...membersOf(value).flatMap(descendants)]

function slice(list: unknown[], step: Extract<Step, { kind: 'slice' }>): unknown[] {
  const { length } = list
  const { start = 0, end, by = 1 } = step
  if (end === undefined && step.single) {
    const index = start < 0 ? start + length : start
    if (index < 0 || index >= length)
      throw new Error(`array index out of bounds: index ${start}, length ${length}`)
    return [list[index]]
  }
  const from = Math.max(0, start < 0 ? start + length : start)
  const to = Math.min(length, end === undefined ? length : end < 0 ? end + length : end)
  return list.slice(from, Math.max(from, to)).filter((_, index) => index % by === 0)
}

function matches(filter: Filter, item: unknown, root: unknown): boolean {
  const left = valuesOf(filter.left, item, root)
  if (!filter.operator) return left.length > 0
  const right = filter.right ? valuesOf(filter.right, item, root) : []
  if (!left.length || !right.length) return false
  return compare(left[0], filter.operator, right[0])
}

const valuesOf = (operand: Operand, item: unknown, root: unknown): unknown[] =>
  'path' in operand ? follow(operand.path, [item], root) : [operand.value]

function compare(left: unknown, operator: FilterOperator, right: unknown): boolean {
  if (typeof left !== typeof right) return operator === '!='
  switch (operator) {
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return (left as number) < (right as number)
    case '<=':
      return (left as number) <= (right as number)
    case '>':
      return (left as number) > (right as number)
    case '>=':
      return (left as number) >= (right as number)
  }
}

/** A found value as kubectl prints it: text as it is, objects and lists as JSON. */
export const jsonPathText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '')
