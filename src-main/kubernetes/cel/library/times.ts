import { type Library, type Overload, overload } from '../check/functions.ts'
import { type Duration, fail, type Timestamp, type Value } from '../evaluate/values.ts'
import { second } from './ranges.ts'

const day = 86_400_000

/** The parts of a time, and how many milliseconds its second has run. */
interface Parts {
  date: Date
  milliseconds: bigint
}

/** A time in a time zone, as a date whose UTC parts are those of the zone. Undefined for a zone that isn't known. */
function partsOf({ nanos }: Timestamp, zone: string): Parts | undefined {
  const fraction = ((nanos % second) + second) % second
  const utc = Number((nanos - fraction) / 1_000_000n)
  const offset = zoneOffset(utc, zone)
  if (offset === undefined) return undefined
  return { date: new Date(utc + offset), milliseconds: fraction / 1_000_000n }
}

/** How far a zone is ahead of UTC, in milliseconds: `+01:30`, `-02:00`, `Europe/Berlin`. */
function zoneOffset(utc: number, zone: string): number | undefined {
  const fixed = /^([+-]?)(\d\d?):(\d\d)$/.exec(zone)
  if (fixed) {
    const [, sign, hours, minutes] = fixed
    const size = (Number(hours) * 60 + Number(minutes)) * 60_000
    return sign === '-' ? -size : size
  }
  if (zone === 'UTC') return 0
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(new Date(utc))
    const part = (type: string) => Number(parts.find(one => one.type === type)?.value ?? 0)
    const local = new Date(0)
    local.setUTCFullYear(part('year'), part('month') - 1, part('day'))
    local.setUTCHours(part('hour'), part('minute'), part('second'))
    return local.getTime() - utc
  } catch {
    return undefined
  }
}

const getters: Readonly<Record<string, (parts: Parts) => bigint | number>> = {
  getFullYear: ({ date }) => date.getUTCFullYear(),
  getMonth: ({ date }) => date.getUTCMonth(),
  getDayOfMonth: ({ date }) => date.getUTCDate() - 1,
  getDate: ({ date }) => date.getUTCDate(),
  getDayOfWeek: ({ date }) => date.getUTCDay(),
  getDayOfYear: ({ date }) =>
    Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / day),
  getHours: ({ date }) => date.getUTCHours(),
  getMinutes: ({ date }) => date.getUTCMinutes(),
  getSeconds: ({ date }) => date.getUTCSeconds(),
  getMilliseconds: ({ milliseconds }) => milliseconds,
}

function ofTimestamp(name: string, get: (parts: Parts) => bigint | number): Overload[] {
  const read = (time: Timestamp, zone: string): Value => {
    const parts = partsOf(time, zone)
    return parts ? BigInt(get(parts)) : fail(`unknown time zone ${zone}`)
  }
  return [
    overload(`timestamp_${name}`, 'timestamp.() int', (time: Timestamp) => read(time, 'UTC')),
    overload(`timestamp_${name}_with_tz`, 'timestamp.(string) int', read),
  ]
}

const ofDuration = (name: string, unit: bigint): Overload =>
  overload(`duration_${name}`, 'duration.() int', ({ nanos }: Duration) => nanos / unit)

const durations: Library = {
  getHours: [ofDuration('getHours', 3600n * second)],
  getMinutes: [ofDuration('getMinutes', 60n * second)],
  getSeconds: [ofDuration('getSeconds', second)],
  getMilliseconds: [
    overload(
      'duration_getMilliseconds',
      'duration.() int',
      ({ nanos }: Duration) => nanos / 1_000_000n,
    ),
  ],
}

/** The parts of times and durations. */
export const times: readonly Library[] = [
  Object.fromEntries(Object.entries(getters).map(([name, get]) => [name, ofTimestamp(name, get)])),
  durations,
]
