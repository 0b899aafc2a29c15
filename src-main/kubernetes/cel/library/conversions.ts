import { type Library, overload } from '../check/functions.ts'
import {
  Duration,
  fail,
  kindOf,
  Opaque,
  type Timestamp,
  TypeValue,
  Uint,
  type Value,
} from '../evaluate/values.ts'
import { durationText, parseDuration } from './duration-text.ts'
import { doubleText } from './number-text.ts'
import { int, second, timestamp, uint } from './ranges.ts'
import { parseTimestamp, timestampText } from './timestamp-text.ts'

const cannot = (from: string, to: string) => fail(`type conversion error from '${from}' to '${to}'`)

function intOfDouble(value: number): Value {
  const fits = value > -(2 ** 63) && value < 2 ** 63
  return fits ? BigInt(Math.trunc(value)) : fail('integer overflow')
}

function uintOfDouble(value: number): Value {
  const fits = value >= 0 && value < 2 ** 64
  return fits ? new Uint(BigInt(Math.trunc(value))) : fail('unsigned integer overflow')
}

function intOfText(text: string): Value {
  const [, sign, digits] = /^([+-]?)0*(\d{1,19})$/.exec(text) ?? []
  if (digits === undefined) return cannot('string', 'int')
  const value = int(sign === '-' ? -BigInt(digits) : BigInt(digits))
  return typeof value === 'bigint' ? value : cannot('string', 'int')
}

function uintOfText(text: string): Value {
  const [, digits] = /^0*(\d{1,20})$/.exec(text) ?? []
  if (digits === undefined) return cannot('string', 'uint')
  const value = uint(BigInt(digits))
  return value instanceof Uint ? value : cannot('string', 'uint')
}

function doubleOfText(text: string): Value {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text)
  if (special) {
    const [, sign, word = ''] = special
    if (word.toLowerCase() === 'nan') return Number.NaN
    return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return cannot('string', 'double')
  return Number(text)
}

const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const falsehoods = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

function boolOfText(text: string): Value {
  if (truths.has(text)) return true
  return falsehoods.has(text) ? false : cannot('string', 'bool')
}

function textOfBytes(bytes: Uint8Array): Value {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return fail('invalid UTF-8 in bytes, cannot convert to string')
  }
}

const same = (value: Value) => value

export const conversions: Library = {
  int: [
    overload('int64_to_int64', '(int) int', same),
    overload('uint64_to_int64', '(uint) int', (value: Uint) => int(value.value)),
    overload('double_to_int64', '(double) int', intOfDouble),
    overload('string_to_int64', '(string) int', intOfText),
    overload('timestamp_to_int64', '(timestamp) int', (value: Timestamp) => seconds(value.nanos)),
    overload('duration_to_int64', '(duration) int', (value: Duration) => value.nanos),
  ],
  uint: [
    overload('uint64_to_uint64', '(uint) uint', same),
    overload('int64_to_uint64', '(int) uint', uint),
    overload('double_to_uint64', '(double) uint', uintOfDouble),
    overload('string_to_uint64', '(string) uint', uintOfText),
  ],
  double: [
    overload('double_to_double', '(double) double', same),
    overload('int64_to_double', '(int) double', (value: bigint) => Number(value)),
    overload('uint64_to_double', '(uint) double', (value: Uint) => Number(value.value)),
    overload('string_to_double', '(string) double', doubleOfText),
  ],
  bool: [
    overload('bool_to_bool', '(bool) bool', same),
    overload('string_to_bool', '(string) bool', boolOfText),
  ],
  string: [
    overload('string_to_string', '(string) string', same),
    overload('bool_to_string', '(bool) string', (value: boolean) => String(value)),
    overload('bytes_to_string', '(bytes) string', textOfBytes),
    overload('double_to_string', '(double) string', doubleText),
    overload('duration_to_string', '(duration) string', (value: Duration) =>
      durationText(value.nanos),
    ),
    overload('int64_to_string', '(int) string', (value: bigint) => String(value)),
    overload('timestamp_to_string', '(timestamp) string', (value: Timestamp) =>
      timestampText(value.nanos),
    ),
    overload('uint64_to_string', '(uint) string', (value: Uint) => String(value.value)),
  ],
  bytes: [
    overload('bytes_to_bytes', '(bytes) bytes', same),
    overload('string_to_bytes', '(string) bytes', (text: string) => new TextEncoder().encode(text)),
  ],
  duration: [
    overload('duration_to_duration', '(duration) duration', same),
    overload('int64_to_duration', '(int) duration', (value: bigint) => new Duration(value)),
    overload(
      'string_to_duration',
      '(string) duration',
      (text: string) => parseDuration(text) ?? cannot('string', 'google.protobuf.Duration'),
    ),
  ],
  timestamp: [
    overload('timestamp_to_timestamp', '(timestamp) timestamp', same),
    overload('int64_to_timestamp', '(int) timestamp', (value: bigint) => timestamp(value * second)),
    overload(
      'string_to_timestamp',
      '(string) timestamp',
      (text: string) => parseTimestamp(text) ?? cannot('string', 'google.protobuf.Timestamp'),
    ),
  ],
  dyn: [overload('to_dyn', '(A) dyn', same)],
  type: [overload('type', '(A) type(A)', typeOfValue)],
}

/** Whole seconds, the fraction of a time before 1970 counting upwards from the second before it. */
function seconds(nanos: bigint): bigint {
  const whole = nanos / second
  return nanos % second < 0n ? whole - 1n : whole
}

function typeOfValue(value: Value): Value {
  if (value instanceof Opaque) return new TypeValue(value.typeName)
  const kind = kindOf(value)
  const names: Readonly<Record<string, string>> = {
    duration: 'google.protobuf.Duration',
    timestamp: 'google.protobuf.Timestamp',
    null: 'null_type',
  }
  return new TypeValue(names[kind] ?? kind)
}
