import type { CelType } from '../check/types.ts'
import type { Expr } from '../syntax/ast.ts'
import { add, fixed, limitless, multiply, type Range, scale, union } from './range.ts'
import { regexPart, traversal } from './units.ts'

/** What a call is made on or with. */
export interface CallPart {
  expr: Expr
  type: CelType
  size: Range
  /** The sizes of the elements, where it is a list. */
  elementSize(): Range
}

export interface CallShape {
  name: string
  /** Of the overload. */
  id: string
  target: CallPart | undefined
  args: readonly CallPart[]
  argCosts: readonly Range[]
}

export interface CallEstimate {
  /** With that of the arguments, without that of the target. */
  cost: Range
  /** Of the result, where it has one and it is known. */
  size?: Range
}

const one = fixed(1)

/** What a call can cost, and how large its result can be. */
export function estimateCall(call: CallShape): CallEstimate {
  const own = libraryCall(call)
  if (own) return { ...own, cost: add(own.cost, ...call.argCosts) }
  const [lhs = fixed(0), rhs = fixed(0), other = fixed(0)] = call.argCosts
  if (call.id === 'logical_and' || call.id === 'logical_or')
    return { cost: { min: lhs.min, max: add(lhs, rhs).max } }
  if (call.id === 'conditional') {
    const [, yes, no] = call.args
    return {
      cost: add(lhs, union(rhs, other)),
      ...(yes && no ? { size: union(yes.size, no.size) } : {}),
    }
  }
  const standard = standardCall(call)
  return { ...standard, cost: add(standard.cost, ...call.argCosts) }
}

const matchCost = (text: Range, pattern: Range): Range =>
  multiply(scale(add(text, one), traversal), scale(pattern, regexPart))

function standardCall({ id, target, args }: CallShape): CallEstimate {
  const [a, b] = args
  switch (id) {
    case 'string_to_bytes':
      return a
        ? { cost: scale(a.size, traversal), size: { min: a.size.min, max: a.size.max * 4 } }
        : { cost: one }
    case 'bytes_to_string':
      return a
        ? {
            cost: scale(a.size, traversal),
            size: { min: Math.floor(a.size.min / 4), max: a.size.max },
          }
        : { cost: one }
    case 'strings_quote':
      return a
        ? {
            cost: scale(a.size, traversal),
            size: { min: a.size.min + 2, max: a.size.max * 2 + 2 },
          }
        : { cost: one }
    case 'string_format':
      return target ? { cost: scale(target.size, traversal) } : { cost: one }
    case 'starts_with_string':
    case 'ends_with_string':
      return { cost: a ? scale(a.size, traversal) : one }
    case 'in_list':
      return { cost: b ? b.size : one }
    case 'matches_string':
      return { cost: target && a ? matchCost(target.size, a.size) : one }
    case 'matches':
      return { cost: a && b ? matchCost(a.size, b.size) : one }
    case 'contains_string':
      return {
        cost: target && a ? multiply(scale(target.size, traversal), scale(a.size, traversal)) : one,
      }
    case 'add_string':
    case 'add_bytes':
    case 'add_list':
      return a && b ? joined(id, add(a.size, b.size)) : { cost: one }
    case 'list_sets_contains_list':
    case 'list_sets_intersects_list':
      return { cost: a && b ? add(one, multiply(a.size, b.size)) : one }
    case 'list_sets_equivalent_list':
      return { cost: a && b ? add(one, scale(multiply(a.size, b.size), 2)) : one }
    default:
      return { cost: isComparison(id) && a && b ? compared(a, b) : one }
  }
}

const joined = (id: string, size: Range): CallEstimate => ({
  cost: id === 'add_list' ? one : scale(size, traversal),
  size,
})

const isComparison = (id: string): boolean =>
  id === 'equals' || id === 'not_equals' || /^(less|greater)(_equals)?_(string|bytes)$/.test(id)

/** As much as the shorter one is long. */
function compared(a: CallPart, b: CallPart): Range {
  const max = Math.min(a.size.max, b.size.max)
  return scale({ min: max > 0 ? 1 : 0, max }, traversal)
}

/** What Kubernetes estimates in its own way; undefined for all else. */
function libraryCall(call: CallShape): CallEstimate | undefined {
  const { name, target, args } = call
  const [a, b] = args
  switch (name) {
    case 'check':
      return { cost: fixed(350_000) }
    case 'fieldSelector':
    case 'labelSelector':
      return a && { cost: selectorCost(a.size) }
    case 'isSorted':
    case 'sum':
    case 'max':
    case 'min':
    case 'indexOf':
    case 'lastIndexOf':
      return target && { cost: wholeCost(target) }
    case 'url':
      return a && { cost: scale(a.size, traversal), size: a.size }
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
      return target && { cost: scale(target.size, traversal), size: target.size }
    case 'replace':
      return target && a && b && replaced(target.size, a.size, b.size)
    case 'split':
      return target && splitted(target.size, b)
    case 'join':
      return target && gathered(target, a)
    case 'find':
    case 'findAll':
      return (
        target &&
        a && { cost: matchCost(target.size, a.size), size: { min: 0, max: target.size.max } }
      )
    case 'containsIP':
    case 'containsCIDR':
      return target && a && { cost: containsCost(call, a) }
    case 'validate':
      return target && a && { cost: scale(scale(a.size, traversal), 128 * regexPart) }
    case '_==_':
      return opaqueEquality(a, b)
    default:
      return undefined
  }
}

const selectorCost = (length: Range): Range =>
  add(fixed(10), scale(length, traversal), scale(scale(length, 0.5), 50))

function wholeCost(target: CallPart): Range {
  const [element] = target.type.parameters
  if (!element) return scale(target.size, traversal)
  const isText = element.kind === 'string' || element.kind === 'bytes'
  const each = isText ? add(one, scale(target.elementSize(), traversal)) : one
  return multiply(target.size, each)
}

/** The least and most that is left and put in when parts of a text are replaced. */
function replaced(text: Range, old: Range, by: Range): CallEstimate {
  const longest = replacedSize(text.max, old.min, by.max, by.max <= old.min)
  const shortest = replacedSize(text.min, old.max, by.min, old.max <= by.min)
  return {
    cost: scale(text, 2 * traversal),
    size: { min: Math.min(shortest, limitless), max: Math.min(longest, limitless) },
  }
}

function replacedSize(text: number, old: number, by: number, keepsLength: boolean): number {
  if (old === 0) return (text + 1) * by + text
  return keepsLength ? text : Math.ceil(text / old) * by
}

function splitted(text: Range, limit: CallPart | undefined): CallEstimate {
  const value = limit?.expr.kind === 'literal' ? limit.expr.value : undefined
  const max = typeof value === 'bigint' && value >= 0n ? Number(value) : text.max
  return { cost: scale(text, 2 * traversal), size: { min: 0, max } }
}

function gathered(list: CallPart, separator: CallPart | undefined): CallEstimate {
  const less = ({ min, max }: Range): Range => ({
    min: Math.max(min - 1, 0),
    max: Math.max(max - 1, 0),
  })
  const elements = multiply(list.size, list.elementSize())
  const size = separator ? add(elements, multiply(separator.size, less(list.size))) : elements
  return { cost: scale(size, traversal), size }
}

function containsCost({ name, id }: CallShape, other: CallPart): Range {
  const bytes = { min: 4, max: 16 }
  const compare = scale(add(bytes, bytes), traversal)
  const mask = name === 'containsCIDR' ? add(scale(bytes, traversal), one) : fixed(0)
  const read = id.endsWith('_string') ? scale(other.size, traversal) : fixed(0)
  return add(compare, mask, read)
}

function opaqueEquality(
  a: CallPart | undefined,
  b: CallPart | undefined,
): CallEstimate | undefined {
  if (a?.type.kind !== 'opaque' || a.type.name !== b?.type.name) return undefined
  if (a.type.name === 'optional_type') return undefined
  return { cost: a.type.name === 'kubernetes.Format' ? { min: 1, max: 7 } : one }
}
