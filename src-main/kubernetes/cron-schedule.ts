/** When a CronJob runs, as read from its five fields: every number of each field that fits. */
export interface CronFields {
  minutes: number[]
  hours: number[]
  daysOfMonth: number[]
  months: number[]
  /** 0 is Sunday. */
  daysOfWeek: number[]
  /** Whether the field was `*`: when neither of both days was, one of them suffices. */
  anyDayOfMonth: boolean
  anyDayOfWeek: boolean
}

/** A schedule: at certain minutes, or again and again after some seconds (`@every`). */
export type CronSchedule = { fields: CronFields } | { everySeconds: number }

interface Field {
  min: number
  max: number
  names?: readonly string[]
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const weekdays = 'sun mon tue wed thu fri sat'.split(' ')
const minute: Field = { min: 0, max: 59 }
const hour: Field = { min: 0, max: 23 }
const dayOfMonth: Field = { min: 1, max: 31 }
const month: Field = { min: 1, max: 12, names: months }
const dayOfWeek: Field = { min: 0, max: 6, names: weekdays }

const descriptors: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
const every = '@every '

/** Reads a schedule by the grammar of robfig/cron, which Kubernetes uses; throws with its words. */
export function parseCronSchedule(text: string): CronSchedule {
  if (text === '') throw new Error('empty spec string')
  if (text.startsWith('@')) return parseDescriptor(text)
  const parts = text.trim().split(/\s+/)
  const [minutes = '', hours = '', days = '', inMonths = '', onWeekdays = ''] = parts
  if (parts.length !== 5) {
    throw new Error(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`)
  }
  return {
    fields: {
      minutes: parseField(minutes, minute),
      hours: parseField(hours, hour),
      daysOfMonth: parseField(days, dayOfMonth),
      months: parseField(inMonths, month),
      daysOfWeek: parseField(onWeekdays, dayOfWeek),
      anyDayOfMonth: isAny(days),
      anyDayOfWeek: isAny(onWeekdays),
    },
  }
}

function parseDescriptor(text: string): CronSchedule {
  const known = descriptors[text]
  if (known) return parseCronSchedule(known)
  if (!text.startsWith(every)) throw new Error(`unrecognized descriptor: ${text}`)
  const seconds = parseGoDuration(text.slice(every.length))
  if (seconds === undefined) {
    const duration = JSON.stringify(text.slice(every.length))
    throw new Error(`failed to parse duration ${text}: time: invalid duration ${duration}`)
  }
  return { everySeconds: Math.max(1, Math.floor(seconds)) }
}

/** Whether one of a field's parts is all of it, whatever the others say. */
const isAny = (field: string): boolean => field.split(',').some(part => /^[*?](\/1)?$/.test(part))

function parseField(text: string, field: Field): number[] {
  const found = new Set<number>()
  for (const part of text.split(',').filter(Boolean)) {
    const { first, last, step } = parseRange(part, field)
    for (let value = first; value <= last; value += step) found.add(value)
  }
  return [...found].sort((a, b) => a - b)
}

function parseRange(part: string, field: Field): { first: number; last: number; step: number } {
  const [range = '', stepText, ...more] = part.split('/')
  const [low = '', high, ...beyond] = range.split('-')
  const isAll = low === '*' || low === '?'
  if (!isAll && beyond.length > 0) throw new Error(`too many hyphens: ${part}`)
  const first = isAll ? field.min : parseValue(low, field)
  let last = isAll ? field.max : high === undefined ? first : parseValue(high, field)
  if (more.length > 0) throw new Error(`too many slashes: ${part}`)
  const step = stepText === undefined ? 1 : parseNumber(stepText)
  if (stepText !== undefined && high === undefined) last = field.max
  if (first < field.min) {
    throw new Error(`beginning of range (${first}) below minimum (${field.min}): ${part}`)
  }
  if (last > field.max) {
    throw new Error(`end of range (${last}) above maximum (${field.max}): ${part}`)
  }
  if (first > last) {
    throw new Error(`beginning of range (${first}) beyond end of range (${last}): ${part}`)
  }
  if (step === 0) throw new Error(`step of range should be a positive number: ${part}`)
  return { first, last, step }
}

function parseValue(text: string, { names, min }: Field): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1
  return named >= 0 ? named + min : parseNumber(text)
}

function parseNumber(text: string): number {
  if (!/^[-+]?\d+$/.test(text)) {
    const quoted = JSON.stringify(text)
    throw new Error(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${quoted}: invalid syntax`,
    )
  }
  const value = Number(text)
  if (value < 0) throw new Error(`negative number (${value}) not allowed: ${text}`)
  return value
}

const units: Record<string, number> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
}

/** Seconds of `1h30m`; undefined when it isn't one of Go's durations. */
function parseGoDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined
  let seconds = 0
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) {
    seconds += Number(amount) * (units[unit] ?? 0)
  }
  return seconds
}
