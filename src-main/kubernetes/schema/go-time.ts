/** A point in time as a text says it, in UTC. */
export interface GoTime {
  /** Since the epoch, whole seconds. */
  milliseconds: number
  /** Six digits behind the dot. */
  microseconds: string
}

const layouts = {
  time: '2006-01-02T15:04:05Z07:00',
  microTime: '2006-01-02T15:04:05.000000Z07:00',
} as const

/** Elements of a layout in their order, with what a text may hold there. */
const elements: readonly (readonly [element: string, pattern: RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/],
  ['-', /^-/],
  ['02', /^\d\d/],
  ['T', /^T/],
  ['15', /^\d\d?/],
  [':', /^:/],
  ['04', /^\d\d/],
  [':', /^:/],
  ['05', /^\d\d/],
]
const fractions = {
  time: ['', /^(?:[.,]\d+)?/],
  microTime: ['.000000', /^[.,]\d{6}/],
} as const
const zone = ['Z07:00', /^(?:Z|[+-]\d\d:\d\d)/] as const

/** The greatest values of elements; where one is larger, Go names it and reads no further. */
const ranges: Readonly<Record<string, readonly [name: string, from: number, to: number]>> = {
  '01': ['month', 1, 12],
  '15': ['hour', 0, 23],
  '04': ['minute', 0, 59],
  '05': ['second', 0, 59],
}

/** Whether a text is a time in the form in which they are answered, as nearly all are. */
export function isPlainTime(text: string): boolean {
  if (text.length !== 20) return false
  const milliseconds = Date.parse(text)
  if (Number.isNaN(milliseconds)) return false
  return text === `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}

/**
 * Reads a time as Go's `time.Parse` does for `metav1.Time` (RFC 3339, any fraction) or `metav1.MicroTime` (with six
 * digits). Answers Go's words for what is wrong with it, such as `parsing time "x": month out of range`.
 */
export function readGoTime(text: string, kind: keyof typeof layouts): GoTime | string {
  const found: Record<string, string> = {}
  let rest = text
  for (const [element, pattern] of [...elements, fractions[kind], zone]) {
    const part = pattern.exec(rest)?.[0]
    if (part === undefined)
      return `parsing time ${quoted(text)} as ${quoted(layouts[kind])}: cannot parse ${quoted(rest)} as ${quoted(element)}`
    const problem = rangeProblem(element, part)
    if (problem) return `parsing time ${quoted(text)}: ${problem} out of range`
    found[element] = part
    rest = rest.slice(part.length)
  }
  if (rest) return `parsing time ${quoted(text)}: extra text: ${quoted(rest)}`
  return pointInTime(found) ?? `parsing time ${quoted(text)}: day out of range`
}

function rangeProblem(element: string, part: string): string | undefined {
  if (element === 'Z07:00' && part !== 'Z') {
    if (Number(part.slice(1, 3)) > 24) return 'time zone offset hour'
    return Number(part.slice(4)) > 60 ? 'time zone offset minute' : undefined
  }
  const range = ranges[element]
  if (!range) return undefined
  const [name, from, to] = range
  return Number(part) < from || Number(part) > to ? name : undefined
}

/** Undefined when the month has no such day. */
function pointInTime(found: Readonly<Record<string, string>>): GoTime | undefined {
  const number = (element: string) => Number(found[element])
  const date = new Date(0)
  date.setUTCFullYear(number('2006'), number('01') - 1, number('02'))
  if (date.getUTCDate() !== number('02')) return undefined
  date.setUTCHours(number('15'), number('04'), number('05'))
  const offset = found['Z07:00'] ?? 'Z'
  const minutes = offset === 'Z' ? 0 : Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4))
  const sign = offset.startsWith('-') ? 1 : -1
  const fraction = (found['.000000'] ?? found[''] ?? '').slice(1)
  return {
    milliseconds: date.getTime() + sign * minutes * 60_000,
    microseconds: fraction.padEnd(6, '0').slice(0, 6),
  }
}

/** As the time package quotes: what lies beyond printable ASCII as bytes. */
function quoted(text: string): string {
  const letters = [...text].map(letter => {
    if (letter === '"' || letter === '\\') return `\\${letter}`
    if (letter >= ' ' && letter < '\u0080') return letter
    const bytes = new TextEncoder().encode(letter)
    return [...bytes].map(byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  })
  return `"${letters.join('')}"`
}
