import { shortEscapes } from '#kubernetes/go-text.ts'
import { type Library, overload } from '../check/functions.ts'
import { textLength } from '../cost/actual-size.ts'
import { countSteps } from '../evaluate/frame.ts'
import { ArrayList, elements } from '../evaluate/lists.ts'
import { type CelList, fail, type Value } from '../evaluate/values.ts'
import { formatText } from './format-text.ts'

/** The code points of a text; a text without pairs is its own list of them. */
function pointsOf(text: string): string | string[] {
  if (textLength(text) === text.length) return text
  countSteps(text.length / 10)
  return [...text]
}

const textOf = (points: string | string[]): string =>
  typeof points === 'string' ? points : points.join('')

/** How many code points lie before an index of JavaScript's. */
const pointIndex = (text: string, index: number): bigint =>
  BigInt(index <= 0 ? index : [...text.slice(0, index)].length)

/** Before a text is searched: at worst all of the part is compared at every place, of which no cost tells. */
const countSearch = (text: string, part: string): void =>
  countSteps((Math.max(text.length - part.length, 0) * part.length) / 100)

const outOfRange = (index: bigint) => fail(`index out of range: ${index}`)

function charAt(text: string, index: bigint): Value {
  const points = pointsOf(text)
  if (index < 0n || index > BigInt(points.length)) return outOfRange(index)
  return points[Number(index)] ?? ''
}

function indexOf(text: string, part: string, from = 0n): Value {
  if (part === '') return from
  const points = pointsOf(text)
  if (from < 0n || from >= BigInt(points.length)) return outOfRange(from)
  const before = textOf(points.slice(0, Number(from))).length
  countSearch(text, part)
  return pointIndex(text, text.indexOf(part, before))
}

function lastIndexOf(text: string, part: string, from?: bigint): Value {
  const points = pointsOf(text)
  const size = BigInt(points.length)
  if (part === '') return from ?? size
  if (from !== undefined && (from < 0n || from >= size)) return outOfRange(from)
  const start = from === undefined ? undefined : textOf(points.slice(0, Number(from))).length
  countSearch(text, part)
  return pointIndex(text, text.lastIndexOf(part, start))
}

function substring(text: string, from: bigint, to?: bigint): Value {
  const points = pointsOf(text)
  const size = BigInt(points.length)
  const end = to ?? size
  if (from < 0n || from > size) return outOfRange(from)
  if (end < 0n || end > size) return outOfRange(end)
  if (from > end) return fail(`invalid substring range. start: ${from}, end: ${end}`)
  return textOf(points.slice(Number(from), Number(end)))
}

function replace(text: string, old: string, by: string, limit = -1n): Value {
  if (limit === 0n) return text
  countSearch(text, old)
  const parts = old === '' ? [...text] : text.split(old)
  const pieces = old === '' ? ['', ...parts, ''] : parts
  const count = pieces.length - 1
  const times = limit < 0n || limit > BigInt(count) ? count : Number(limit)
  countSteps(times * by.length)
  const head = pieces.slice(0, times + 1).join(by)
  const tail = pieces.slice(times + 1).map(piece => old + piece)
  return head + tail.join('')
}

function split(text: string, separator: string, limit = -1n): Value {
  if (limit === 0n) return new ArrayList([])
  countSearch(text, separator)
  const parts = separator === '' ? [...text] : text.split(separator)
  if (limit < 0n || BigInt(parts.length) <= limit) return new ArrayList(parts)
  const head = parts.slice(0, Number(limit) - 1)
  return new ArrayList([...head, parts.slice(Number(limit) - 1).join(separator)])
}

function join(list: CelList, separator = ''): Value {
  const texts: string[] = []
  for (const element of elements(list)) {
    if (typeof element !== 'string') return fail(`unable to join a list of other than strings`)
    countSteps(element.length + separator.length)
    texts.push(element)
  }
  return texts.join(separator)
}

/** As Go sees blanks. */
const isBlank = (letter: string): boolean => /^\p{White_Space}$/u.test(letter)

/** Goes from both ends: an expression for the end of a text would be tried at every blank within it. */
function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charAt(start))) start++
  while (end > start && isBlank(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

const lower = (text: string) => text.replace(/[A-Z]/g, letter => letter.toLowerCase())
const upper = (text: string) => text.replace(/[a-z]/g, letter => letter.toUpperCase())

const quote = (text: string): string =>
  `"${[...text].map(point => shortEscapes[point] ?? (/^[\ud800-\udfff]$/.test(point) ? '\ufffd' : point)).join('')}"`

/** What strings can do: the standard functions and those of cel-go's extension, version 2. */
export const strings: Library = {
  contains: [
    overload('contains_string', 'string.(string) bool', (text: string, part: string) =>
      text.includes(part),
    ),
  ],
  startsWith: [
    overload('starts_with_string', 'string.(string) bool', (text: string, prefix: string) =>
      text.startsWith(prefix),
    ),
  ],
  endsWith: [
    overload('ends_with_string', 'string.(string) bool', (text: string, suffix: string) =>
      text.endsWith(suffix),
    ),
  ],
  charAt: [overload('string_char_at_int', 'string.(int) string', charAt)],
  indexOf: [
    overload('string_index_of_string', 'string.(string) int', indexOf),
    overload('string_index_of_string_int', 'string.(string, int) int', indexOf),
  ],
  lastIndexOf: [
    overload('string_last_index_of_string', 'string.(string) int', lastIndexOf),
    overload('string_last_index_of_string_int', 'string.(string, int) int', lastIndexOf),
  ],
  lowerAscii: [overload('string_lower_ascii', 'string.() string', lower)],
  upperAscii: [overload('string_upper_ascii', 'string.() string', upper)],
  replace: [
    overload('string_replace_string_string', 'string.(string, string) string', replace),
    overload('string_replace_string_string_int', 'string.(string, string, int) string', replace),
  ],
  split: [
    overload('string_split_string', 'string.(string) list(string)', split),
    overload('string_split_string_int', 'string.(string, int) list(string)', split),
  ],
  join: [
    overload('list_join', 'list(string).() string', join),
    overload('list_join_string', 'list(string).(string) string', join),
  ],
  substring: [
    overload('string_substring_int', 'string.(int) string', substring),
    overload('string_substring_int_int', 'string.(int, int) string', substring),
  ],
  trim: [overload('string_trim', 'string.() string', trim)],
  format: [overload('string_format', 'string.(list(dyn)) string', formatText)],
  'strings.quote': [overload('strings_quote', '(string) string', quote)],
}
