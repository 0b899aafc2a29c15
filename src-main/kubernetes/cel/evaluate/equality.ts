import { countSteps } from './frame.ts'
import {
  CelList,
  CelMap,
  Duration,
  Opaque,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './values.ts'

/** Whether two values are equal; those of different types never are, but for numbers. */
export function valuesEqual(a: Value, b: Value): boolean {
  countSteps(1)
  if (a === b) return true
  const order = compareNumbers(a, b)
  if (order !== undefined) return order === 0
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof CelList) return b instanceof CelList && listsEqual(a, b)
  if (a instanceof CelMap) return b instanceof CelMap && mapsEqual(a, b)
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name
  return a instanceof Opaque && b instanceof Opaque && a.equals(b, valuesEqual)
}

function listsEqual(a: CelList, b: CelList): boolean {
  if (a.size !== b.size) return false
  if (a.equals) return a.equals(b, valuesEqual)
  for (let index = 0; index < a.size; index++)
    if (!valuesEqual(a.at(index), b.at(index))) return false
  return true
}

function mapsEqual(a: CelMap, b: CelMap): boolean {
  if (a.size !== b.size) return false
  for (const key of a.keys()) {
    const other = b.get(key)
    const own = a.get(key)
    if (other === undefined || own === undefined || !valuesEqual(own, other)) return false
  }
  return true
}

/** Negative, zero or positive for two numbers, NaN where one is none; undefined unless both are of a number's type. */
export function compareNumbers(a: Value, b: Value): number | undefined {
  const left = a instanceof Uint ? a.value : a
  const right = b instanceof Uint ? b.value : b
  const isLeft = typeof left === 'bigint' || typeof left === 'number'
  const isRight = typeof right === 'bigint' || typeof right === 'number'
  if (!isLeft || !isRight) return undefined
  // As upstream compares an int with a double: as doubles, unless the double is beyond all ints.
  const isMixed = typeof left !== typeof right
  const x = isMixed ? Number(left) : left
  const y = isMixed ? Number(right) : right
  if (x < y) return -1
  if (x > y) return 1
  return Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : 0
}

/** Negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let index = 0; index < shorter; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Orders strings by their code points, as UTF-8 orders them. */
export function compareStrings(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  let at = 0
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at++
  if (at === shorter) return a.length - b.length
  const isLow = (text: string) => (text.charCodeAt(at) & 0xfc00) === 0xdc00
  const start = at > 0 && (isLow(a) || isLow(b)) ? at - 1 : at
  return (a.codePointAt(start) ?? 0) - (b.codePointAt(start) ?? 0)
}
