import type { Overload } from '../check/functions.ts'
import { CelList, CelMap, Optional, type Value } from '../evaluate/values.ts'
import { actualSize } from './actual-size.ts'
import { regexPart, traversal } from './units.ts'

/** What a call costs, by its arguments, its result and its form. */
export type CallCost = (args: readonly Value[], result: Value, overload: Overload) => number

const one: CallCost = () => 1
/** Going over the first argument. */
const first: CallCost = ([text]) => Math.ceil(actualSize(text) * traversal)
/** Going over the first argument and making the result of it. */
const firstTwice: CallCost = ([text]) => Math.ceil(actualSize(text) * 2 * traversal)
const shorter: CallCost = ([a, b]) => Math.ceil(Math.min(actualSize(a), actualSize(b)) * traversal)

const match: CallCost = ([text, pattern]) =>
  Math.ceil((1 + actualSize(text)) * traversal) * Math.ceil(actualSize(pattern) * regexPart)

const search: CallCost = ([text, part]) =>
  Math.ceil(actualSize(text) * traversal) * Math.ceil(actualSize(part) * traversal)

const whole: CallCost = ([value]) => treeCost(value)

const sum: CallCost = ([a, b], _, { id }) =>
  id === 'add_string' || id === 'add_bytes'
    ? Math.ceil((actualSize(a) + actualSize(b)) * traversal)
    : 1

const membership: CallCost = ([, list], _, { id }) => (id === 'in_list' ? actualSize(list) : 1)

const convert: CallCost = (args, result, overload) =>
  overload.id === 'string_to_bytes' || overload.id === 'bytes_to_string'
    ? first(args, result, overload)
    : 1

const selector: CallCost = ([, text]) => {
  const length = actualSize(text)
  return 10 + Math.ceil(length * traversal) + Math.ceil(Math.ceil(length * 0.5) * 50)
}

const ip: CallCost = (args, result, overload) =>
  overload.id === 'cidr_ip' ? 1 : first(args, result, overload)

/** Two addresses of the network's length are compared; a text is read before that. */
const contains =
  (more: (size: number) => number): CallCost =>
  ([network, other], _, { id }) => {
    const size = actualSize(network)
    const reading = id.endsWith('_string') ? Math.ceil(actualSize(other) * traversal) : 0
    return Math.ceil(2 * size * traversal) + more(size) + reading
  }

/** No pattern of a format is longer, as far as costs go. */
const formatPattern = 128

/** What calls cost when they are made, by the function's name; whatever isn't here costs 1. */
const costs: Readonly<Record<string, CallCost>> = {
  '_+_': sum,
  '_==_': shorter,
  '_!=_': shorter,
  '@in': membership,
  string: convert,
  bytes: convert,
  startsWith: ([, prefix]) => Math.ceil(actualSize(prefix) * traversal),
  endsWith: ([, suffix]) => Math.ceil(actualSize(suffix) * traversal),
  contains: search,
  matches: match,
  find: match,
  findAll: match,
  check: () => 350_000,
  fieldSelector: selector,
  labelSelector: selector,
  isSorted: whole,
  sum: whole,
  max: whole,
  min: whole,
  indexOf: whole,
  lastIndexOf: whole,
  url: first,
  lowerAscii: first,
  upperAscii: first,
  substring: first,
  trim: first,
  format: first,
  'strings.quote': first,
  replace: firstTwice,
  split: firstTwice,
  join: (_, result) => Math.ceil(actualSize(result) * 2 * traversal),
  cidr: first,
  isIP: first,
  isCIDR: first,
  ip,
  'ip.isCanonical': firstTwice,
  containsIP: contains(() => 0),
  containsCIDR: contains(size => Math.ceil(size * traversal) + 1),
  quantity: first,
  isQuantity: first,
  semver: first,
  isSemver: first,
  validate: ([, text]) =>
    Math.ceil((1 + actualSize(text)) * traversal) * Math.ceil(formatPattern * regexPart),
  'sets.contains': product,
  'sets.intersects': product,
  'sets.equivalent': product,
}

/** Orderings of texts and bytes cost as much as the shorter one is long. */
const ordering: CallCost = (args, result, overload) =>
  typeof args[0] === 'string' || args[0] instanceof Uint8Array ? shorter(args, result, overload) : 1

/** How the calls of a function are charged. */
export const callCost = (name: string): CallCost =>
  ['_<_', '_<=_', '_>_', '_>=_'].includes(name)
    ? ordering
    : Object.hasOwn(costs, name)
      ? (costs[name] ?? one)
      : one

/** Each element of one list is compared with each of the other. */
function product([a, b]: readonly Value[], _: Value, { id }: Overload): number {
  const once = 1 + actualSize(a) * actualSize(b)
  return id.includes('equivalent') ? 2 * once : once
}

function treeCost(value: Value | undefined): number {
  if (typeof value === 'string')
    return Math.floor(new TextEncoder().encode(value).length * traversal)
  if (value instanceof Uint8Array) return Math.floor(value.length * traversal)
  let cost = 0
  if (value instanceof CelList) {
    for (let index = 0; index < value.size; index++) cost += treeCost(value.at(index))
    return cost
  }
  if (value instanceof CelMap) {
    for (const key of value.keys()) cost += treeCost(key) + treeCost(value.get(key))
    return cost
  }
  return value instanceof Optional && value.value !== undefined ? treeCost(value.value) : 1
}
