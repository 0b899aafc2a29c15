import { type Library, overload } from '../check/functions.ts'
import { valuesEqual } from '../evaluate/equality.ts'
import { elements } from '../evaluate/lists.ts'
import { CelError, type CelList, Duration, fail, Uint, type Value } from '../evaluate/values.ts'
import { orderOf } from './order.ts'
import { duration, int, uint } from './ranges.ts'

const comparable = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes']

function isSorted(list: CelList): Value {
  for (let index = 1; index < list.size; index++)
    if ((orderOf(list.at(index - 1), list.at(index)) ?? 0) > 0) return false
  return true
}

/** The element that comes first or last in order. */
const extreme = (name: 'min' | 'max') => (list: CelList) => {
  let best: Value | undefined
  for (const element of elements(list)) {
    const order = best === undefined ? 1 : (orderOf(element, best) ?? 0)
    if (best === undefined || (name === 'min' ? order < 0 : order > 0)) best = element
  }
  return best === undefined ? fail(`${name} called on empty list`) : best
}

function plus(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a + b)
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (a instanceof Uint && b instanceof Uint) return uint(a.value + b.value)
  if (a instanceof Duration && b instanceof Duration) return duration(a.nanos + b.nanos)
  return fail('no such overload')
}

const sum = (zero: Value) => (list: CelList) => {
  let total = zero
  for (const element of elements(list)) {
    total = plus(total, element)
    if (total instanceof CelError) return total
  }
  return total
}

const zeros: readonly [type: string, zero: Value][] = [
  ['int', 0n],
  ['uint', new Uint(0n)],
  ['double', 0],
  ['duration', new Duration(0n)],
]

function indexOf(list: CelList, wanted: Value): Value {
  let index = 0n
  for (const element of elements(list)) {
    if (valuesEqual(element, wanted)) return index
    index++
  }
  return -1n
}

function lastIndexOf(list: CelList, wanted: Value): Value {
  for (let index = list.size - 1; index >= 0; index--)
    if (valuesEqual(list.at(index), wanted)) return BigInt(index)
  return -1n
}

const forEach = (
  name: string,
  types: readonly string[],
  result: string,
  call: (list: CelList) => Value,
) => types.map(type => overload(`list_${type}_${name}`, `list(${type}).() ${result || type}`, call))

/** Kubernetes' functions of lists. */
export const lists: Library = {
  isSorted: forEach('is_sorted', comparable, 'bool', isSorted),
  min: forEach('min', comparable, '', extreme('min')),
  max: forEach('max', comparable, '', extreme('max')),
  sum: zeros.flatMap(([type, zero]) => forEach('sum', [type], '', sum(zero))),
  indexOf: [overload('list_a_index_of_int', 'list(T).(T) int', indexOf)],
  lastIndexOf: [overload('list_a_last_index_of_int', 'list(T).(T) int', lastIndexOf)],
}
