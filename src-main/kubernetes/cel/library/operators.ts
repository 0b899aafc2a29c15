import { type Library, lenient, overload } from '../check/functions.ts'
import { actualSize } from '../cost/actual-size.ts'
import { valuesEqual } from '../evaluate/equality.ts'
import { elements, JoinedList } from '../evaluate/lists.ts'
import { keyOf } from '../evaluate/maps.ts'
import {
  CelError,
  CelList,
  CelMap,
  type Duration,
  fail,
  noSuchOverload,
  Optional,
  type Timestamp,
  type Uint,
  type Value,
} from '../evaluate/values.ts'
import { orderOf } from './order.ts'
import { duration, int, timestamp, uint } from './ranges.ts'

const divisionByZero = fail('division by zero')
const modulusByZero = fail('modulus by zero')

const onInts = (operate: (a: bigint, b: bigint) => bigint) => (a: bigint, b: bigint) =>
  int(operate(a, b))
const onUints = (operate: (a: bigint, b: bigint) => bigint) => (a: Uint, b: Uint) =>
  uint(operate(a.value, b.value))

const arithmetic: Library = {
  '_+_': [
    overload(
      'add_int64',
      '(int, int) int',
      onInts((a, b) => a + b),
    ),
    overload(
      'add_uint64',
      '(uint, uint) uint',
      onUints((a, b) => a + b),
    ),
    overload('add_double', '(double, double) double', (a: number, b: number) => a + b),
    overload('add_string', '(string, string) string', (a: string, b: string) => a + b),
    overload('add_bytes', '(bytes, bytes) bytes', (a: Uint8Array, b: Uint8Array) =>
      Uint8Array.from([...a, ...b]),
    ),
    overload(
      'add_list',
      '(list(A), list(A)) list(A)',
      (a: CelList, b: CelList) => a.join?.(b) ?? new JoinedList(a, b),
    ),
    overload('add_duration_duration', '(duration, duration) duration', (a: Duration, b: Duration) =>
      duration(a.nanos + b.nanos),
    ),
    overload(
      'add_timestamp_duration',
      '(timestamp, duration) timestamp',
      (a: Timestamp, b: Duration) => timestamp(a.nanos + b.nanos),
    ),
    overload(
      'add_duration_timestamp',
      '(duration, timestamp) timestamp',
      (a: Duration, b: Timestamp) => timestamp(a.nanos + b.nanos),
    ),
  ],
  '_-_': [
    overload(
      'subtract_int64',
      '(int, int) int',
      onInts((a, b) => a - b),
    ),
    overload(
      'subtract_uint64',
      '(uint, uint) uint',
      onUints((a, b) => a - b),
    ),
    overload('subtract_double', '(double, double) double', (a: number, b: number) => a - b),
    overload(
      'subtract_duration_duration',
      '(duration, duration) duration',
      (a: Duration, b: Duration) => duration(a.nanos - b.nanos),
    ),
    overload(
      'subtract_timestamp_duration',
      '(timestamp, duration) timestamp',
      (a: Timestamp, b: Duration) => timestamp(a.nanos - b.nanos),
    ),
    overload(
      'subtract_timestamp_timestamp',
      '(timestamp, timestamp) duration',
      (a: Timestamp, b: Timestamp) => duration(a.nanos - b.nanos),
    ),
  ],
  '_*_': [
    overload(
      'multiply_int64',
      '(int, int) int',
      onInts((a, b) => a * b),
    ),
    overload(
      'multiply_uint64',
      '(uint, uint) uint',
      onUints((a, b) => a * b),
    ),
    overload('multiply_double', '(double, double) double', (a: number, b: number) => a * b),
  ],
  '_/_': [
    overload('divide_int64', '(int, int) int', (a: bigint, b: bigint) =>
      b === 0n ? divisionByZero : int(a / b),
    ),
    overload('divide_uint64', '(uint, uint) uint', (a: Uint, b: Uint) =>
      b.value === 0n ? divisionByZero : uint(a.value / b.value),
    ),
    overload('divide_double', '(double, double) double', (a: number, b: number) => a / b),
  ],
  '_%_': [
    overload('modulo_int64', '(int, int) int', (a: bigint, b: bigint) =>
      b === 0n ? modulusByZero : int(a % b),
    ),
    overload('modulo_uint64', '(uint, uint) uint', (a: Uint, b: Uint) =>
      b.value === 0n ? modulusByZero : uint(a.value % b.value),
    ),
  ],
  '-_': [
    overload('negate_int64', '(int) int', (a: bigint) => int(-a)),
    overload('negate_double', '(double) double', (a: number) => -a),
  ],
}

const ordered = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration']
const numbers = ['int', 'uint', 'double']

/** An ordering for each type that has one, and for each two types of numbers. */
function comparison(name: string, holds: (order: number) => boolean) {
  const compare = (a: Value, b: Value) => {
    const found = orderOf(a, b)
    return found !== undefined && holds(found)
  }
  const mixed = numbers.flatMap(a => numbers.filter(b => b !== a).map(b => [a, b] as const))
  return [
    ...ordered.map(type => overload(`${name}_${type}`, `(${type}, ${type}) bool`, compare)),
    ...mixed.map(([a, b]) => overload(`${name}_${a}_${b}`, `(${a}, ${b}) bool`, compare)),
  ]
}

const comparisons: Library = {
  '_<_': comparison('less', found => found < 0),
  '_<=_': comparison('less_equals', found => found <= 0),
  '_>_': comparison('greater', found => found > 0),
  '_>=_': comparison('greater_equals', found => found >= 0),
  '_==_': [overload('equals', '(A, A) bool', valuesEqual)],
  '_!=_': [overload('not_equals', '(A, A) bool', (a: Value, b: Value) => !valuesEqual(a, b))],
}

/** Declared for the checker only: they are evaluated with care for what is missing or wrong. */
const unreachable = (): Value => {
  throw new Error('evaluated as if it took no errors')
}

const logic: Library = {
  '_&&_': [overload('logical_and', '(bool, bool) bool', unreachable)],
  '_||_': [overload('logical_or', '(bool, bool) bool', unreachable)],
  '_?_:_': [overload('conditional', '(bool, A, A) A', unreachable)],
  '@not_strictly_false': [overload('not_strictly_false', '(bool) bool', unreachable)],
  '!_': [overload('logical_not', '(bool) bool', (value: boolean) => !value)],
}

const containers: Library = {
  '@in': [
    overload('in_list', '(A, list(A)) bool', (value: Value, list: CelList) =>
      elements(list).some(element => valuesEqual(element, value)),
    ),
    overload('in_map', '(A, map(A, B)) bool', (key: Value, map: CelMap) => map.has(key)),
  ],
  '_[_]': [
    lenient('index_list', '(list(A), int) A', elementAt),
    lenient('index_map', '(map(A, B), A) B', valueAt),
    lenient('optional_list_index_int', '(optional(list(V)), int) optional(V)', optionalIndex),
    lenient('optional_map_index_value', '(optional(map(K, V)), K) optional(V)', optionalIndex),
  ],
  '_[?_]': [
    lenient('list_optindex_optional_int', '(list(V), int) optional(V)', optionalIndex),
    lenient(
      'optional_list_optindex_optional_int',
      '(optional(list(V)), int) optional(V)',
      optionalIndex,
    ),
    lenient('map_optindex_optional_value', '(map(K, V), K) optional(V)', optionalIndex),
    lenient(
      'optional_map_optindex_optional_value',
      '(optional(map(K, V)), K) optional(V)',
      optionalIndex,
    ),
  ],
  '_?._': [overload('select_optional_field', '(dyn, string) optional(V)', unreachable)],
  size: [
    overload('size_string', '(string) int', sizeOf),
    overload('size_bytes', '(bytes) int', sizeOf),
    overload('size_list', '(list(A)) int', sizeOf),
    overload('size_map', '(map(A, B)) int', sizeOf),
    overload('string_size', 'string.() int', sizeOf),
    overload('bytes_size', 'bytes.() int', sizeOf),
    overload('list_size', 'list(A).() int', sizeOf),
    overload('map_size', 'map(A, B).() int', sizeOf),
  ],
}

function sizeOf(value: Value): bigint {
  return BigInt(actualSize(value))
}

function elementAt(list: CelList, index: Value): Value {
  const at = keyOf(index)
  if (typeof at !== 'bigint') return noSuchOverload
  if (at < 0n || at >= BigInt(list.size)) return fail(`index out of bounds: ${at}`)
  return list.at(Number(at))
}

function valueAt(map: CelMap, key: Value): Value {
  const value = map.get(key)
  return value === undefined ? fail(`no such key: ${keyText(key)}`) : value
}

/** A key as errors name it. */
const keyText = (key: Value): string => String(keyOf(key) ?? key)

/** The element or value, if there is one, of what may be absent itself. */
function optionalIndex(value: Value, index: Value): Value {
  const target = value instanceof Optional ? value.value : value
  const found =
    target instanceof CelList
      ? elementAt(target, index)
      : target instanceof CelMap
        ? valueAt(target, index)
        : undefined
  return found === undefined || found instanceof CelError ? Optional.none : new Optional(found)
}

/** What the language's operators do, and the sizes of things. */
export const operators: readonly Library[] = [arithmetic, comparisons, logic, containers]
