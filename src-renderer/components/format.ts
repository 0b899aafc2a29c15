const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

const steps = [
  [year, 'y', 'year'],
  [day, 'd', 'd'],
  [hour, 'h', 'h'],
  [minute, 'm', 'min'],
  [second, 's', 's'],
] as const

/** A duration in one unit, for tables: `34m`, `2d`. */
export function shortAge(ms: number): string {
  const step = steps.find(([size]) => ms >= size) ?? steps[4]
  return `${Math.max(0, Math.floor(ms / step[0]))}${step[1]}`
}

/** A duration in one unit, for prose: `34 min`, `2 d`, `4 years`. */
export function longAge(ms: number): string {
  const step = steps.find(([size]) => ms >= size) ?? steps[4]
  const count = Math.max(0, Math.floor(ms / step[0]))
  return step[2] === 'year' ? plural(count, 'year') : `${count} ${step[2]}`
}

/** How long an age's text stays as it is. */
export function ageStep(ms: number): number {
  const [size] = steps.find(([unit]) => ms >= unit) ?? steps[4]
  return size - (Math.max(0, ms) % size)
}

/** How long the text of what is still to wait stays as it is. */
export function waitStep(ms: number): number {
  const [size] = steps.find(([unit]) => ms >= unit) ?? steps[4]
  return (Math.max(0, ms) % size) + 1
}

const absolute = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'long',
})

/** A moment with its date and zone, for tooltips. Empty when it isn't one. */
export function absoluteTime(rfc3339: string): string {
  const at = Date.parse(rfc3339)
  return Number.isNaN(at) ? '' : absolute.format(at)
}

/** Milliseconds with a unit that fits: `38 ms`, `0.36 s`, `12 s`. */
export function formatMs(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`
  if (ms < 10 * second) return `${(ms / second).toFixed(ms < second ? 2 : 1)} s`
  return ms < 2 * minute ? `${Math.round(ms / second)} s` : longAge(ms)
}

/** Whole numbers with a thin space at the thousands. */
export const formatCount = (value: number): string =>
  String(value).replace(/\B(?=(\d{3})+$)/g, '\u2009')

/** `1 pod`, `3 pods`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`
