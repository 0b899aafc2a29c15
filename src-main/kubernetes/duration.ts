const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A span of milliseconds as kubectl prints ages: `45s`, `3m20s`, `5h`, `2d4h`, `3y12d`. Negative ones are `<invalid>`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / second)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.trunc(ms / minute)
  if (minutes < 10) return join(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(ms / hour)
  if (hours < 8) return join(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  if (hours < 192) return join(Math.trunc(ms / day), 'd', hours % 24, 'h')
  const days = Math.trunc(ms / day)
  if (days < 730) return `${days}d`
  if (days < 2920) return join(Math.trunc(days / 365), 'y', days % 365, 'd')
  return `${Math.trunc(days / 365)}y`
}

/** The age of a timestamp at `now` (milliseconds since the epoch); `<unknown>` without one. */
export const humanAge = (timestamp: string | undefined, now: number): string =>
  timestamp ? humanDuration(now - Date.parse(timestamp)) : '<unknown>'

const join = (big: number, bigUnit: string, small: number, smallUnit: string) =>
  small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`
