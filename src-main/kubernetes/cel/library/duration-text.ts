import { parseGoDuration } from '#kubernetes/go-duration.ts'
import { countSteps } from '../evaluate/frame.ts'
import type { Value } from '../evaluate/values.ts'
import { duration, second } from './ranges.ts'

/** Reads a duration as `duration()` does. Undefined when it is none, an error when it is too long. */
export function parseDuration(text: string): Value | undefined {
  countSteps(text.length)
  const nanos = parseGoDuration(text)
  return nanos === undefined ? undefined : duration(nanos)
}

/** In seconds with as much of a fraction as there is: `90s`, `-0.5s`. */
export function durationText(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos
  const fraction = String(size % second)
    .padStart(9, '0')
    .replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${size / second}${fraction ? `.${fraction}` : ''}s`
}
