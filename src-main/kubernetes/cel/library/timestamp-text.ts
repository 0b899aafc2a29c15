import type { Value } from '../evaluate/values.ts'
import { second, timestamp } from './ranges.ts'

const form =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))$/

/** Reads a time as RFC 3339 writes it. Undefined when it is none, an error when it is out of range. */
export function parseTimestamp(text: string): Value | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, seconds, fraction = '', , sign, zoneHour, zoneMinute] =
    match
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const isDate = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  if (!isDate || Number(hour) > 23 || Number(minute) > 59 || Number(seconds) > 59) return undefined
  if (Number(zoneHour ?? 0) > 24 || Number(zoneMinute ?? 0) > 60) return undefined
  date.setUTCHours(Number(hour), Number(minute), Number(seconds))
  const zone = BigInt(Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * 60n * second
  const nanos = BigInt(date.getTime()) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  return timestamp(sign === '-' ? nanos + zone : nanos - zone)
}

/** As RFC 3339 in UTC, with as much of a fraction as there is. */
export function timestampText(nanos: bigint): string {
  const fraction = ((nanos % second) + second) % second
  const milliseconds = Number((nanos - fraction) / 1_000_000n)
  const [whole = ''] = new Date(milliseconds).toISOString().split('.')
  const digits = String(fraction).padStart(9, '0').replace(/0+$/, '')
  return `${whole}${digits ? `.${digits}` : ''}Z`
}
