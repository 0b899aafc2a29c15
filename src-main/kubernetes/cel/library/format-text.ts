import { countSteps } from '../evaluate/frame.ts'
import { elements } from '../evaluate/lists.ts'
import { keyOf } from '../evaluate/maps.ts'
import {
  CelError,
  CelList,
  CelMap,
  Duration,
  fail,
  kindOf,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from '../evaluate/values.ts'
import { durationText } from './duration-text.ts'
import { doubleText } from './number-text.ts'
import { timestampText } from './timestamp-text.ts'

/** Fills the places of a text with values: `%s %d %f %e %b %x %X %o %%`. */
export function formatText(form: string, list: CelList): Value {
  const args = [...elements(list)]
  let used = 0
  let text = ''
  let rest = form
  for (;;) {
    const start = rest.indexOf('%')
    if (start < 0) return text + rest
    text += rest.slice(0, start)
    const [all, precision, clause = ''] = /^%(?:\.(\d*))?([\s\S]?)/.exec(rest.slice(start)) ?? []
    if (clause === '') return fail('could not parse formatting clause: unexpected end of string')
    rest = rest.slice(start + (all?.length ?? 1))
    if (clause === '%') {
      text += '%'
      continue
    }
    const value = args[used]
    if (value === undefined) return fail(`index ${used} out of range`)
    used++
    const part = formatClause(clause, value, precision)
    if (part instanceof CelError) return fail(`error during formatting: ${part.message}`)
    countSteps(part.length)
    text += part
  }
}

const defaultPrecision = 6

function formatClause(
  clause: string,
  value: Value,
  precision: string | undefined,
): string | CelError {
  switch (clause) {
    case 's':
      return stringText(value)
    case 'd':
      return decimalText(value)
    case 'f':
      return fixedText(value, precision)
    case 'e':
      return scientificText(value, precision)
    case 'b':
      return binaryText(value)
    case 'x':
      return hexText(value)
    case 'X': {
      const text = hexText(value)
      return typeof text === 'string' ? text.toUpperCase() : text
    }
    case 'o':
      return octalText(value)
    default:
      return fail(`could not parse formatting clause: unrecognized formatting clause "${clause}"`)
  }
}

function stringText(value: Value): string | CelError {
  if (typeof value === 'string') return value
  if (typeof value === 'number')
    return doubleText(value).replace('+Inf', 'Infinity').replace('-Inf', '-Infinity')
  if (typeof value === 'bigint' || typeof value === 'boolean' || value === null)
    return String(value)
  if (value instanceof Uint) return String(value.value)
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  if (value instanceof Duration) return durationText(value.nanos)
  if (value instanceof Timestamp) return timestampText(value.nanos)
  if (value instanceof TypeValue) return value.name
  if (value instanceof CelList) {
    const parts = [...elements(value)].map(stringText)
    return parts.find(part => part instanceof CelError) ?? `[${parts.join(', ')}]`
  }
  if (value instanceof CelMap) return mapText(value)
  return fail('no formatting function for other types')
}

function mapText(map: CelMap): string | CelError {
  const entries: [string, string][] = []
  for (const key of map.keys()) {
    const keyText = stringText(key)
    const valueText = stringText(map.get(key) ?? null)
    if (keyText instanceof CelError) return keyText
    if (valueText instanceof CelError) return valueText
    entries.push([keyText, valueText])
  }
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`
}

const wrongClause = (clause: string, wanted: string, value: Value) =>
  fail(`${clause} clause can only be used on ${wanted}, was given ${kindOf(value)}`)

const integerOf = (value: Value): bigint | undefined => {
  const key = value instanceof Uint || typeof value === 'bigint' ? keyOf(value) : undefined
  return typeof key === 'bigint' ? key : undefined
}

function decimalText(value: Value): string | CelError {
  if (typeof value === 'number') return specialText(value) ?? doubleText(value)
  const integer = integerOf(value)
  return integer === undefined ? wrongClause('decimal', 'integers', value) : String(integer)
}

/** NaN and the infinities. */
const specialText = (value: number): string | undefined =>
  Number.isFinite(value) ? undefined : String(value)

const numberOf = (value: Value): number | undefined => {
  const integer = integerOf(value)
  return integer === undefined ? (typeof value === 'number' ? value : undefined) : Number(integer)
}

const digitsOf = (precision: string | undefined): number =>
  precision === undefined ? defaultPrecision : Number(precision || 0)

function fixedText(value: Value, precision: string | undefined): string | CelError {
  const number = numberOf(value)
  if (number === undefined) return wrongClause('fixed-point', 'doubles', value)
  const digits = digitsOf(precision)
  if (digits > 100) return fail('precision is too large')
  return specialText(number) ?? roundToEven(number, digits)
}

/** A number halfway between two goes to the even one. */
function roundToEven(number: number, digits: number): string {
  const scaled = number * 10 ** digits
  const isHalf = digits < 15 && Math.abs(scaled % 1) === 0.5
  if (!isHalf) return number.toFixed(digits)
  const below = Math.floor(scaled)
  return ((below % 2 === 0 ? below : below + 1) / 10 ** digits).toFixed(digits)
}

function scientificText(value: Value, precision: string | undefined): string | CelError {
  const number = numberOf(value)
  if (number === undefined) return wrongClause('scientific', 'doubles', value)
  const digits = digitsOf(precision)
  if (digits > 100) return fail('precision is too large')
  return (
    specialText(number) ??
    number.toExponential(digits).replace(/e([+-])(\d)$/, (_, sign, digit) => `e${sign}0${digit}`)
  )
}

function binaryText(value: Value): string | CelError {
  if (typeof value === 'boolean') return value ? '1' : '0'
  const integer = integerOf(value)
  return integer === undefined
    ? wrongClause('binary', 'integers, bools', value)
    : integer.toString(2)
}

function octalText(value: Value): string | CelError {
  const integer = integerOf(value)
  return integer === undefined ? wrongClause('octal', 'integers', value) : integer.toString(8)
}

function hexText(value: Value): string | CelError {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  if (bytes instanceof Uint8Array)
    return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
  const integer = integerOf(value)
  return integer === undefined
    ? wrongClause('hex', 'integers, byte buffers, and strings', value)
    : integer.toString(16)
}
