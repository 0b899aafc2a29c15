import { parseGoDuration } from '#kubernetes/go-duration.ts'

/** The look behind keeps it from looking at the rest of a long number from each of its digits. */
const inWords = /(?<!\d)(\d+)\s*([A-Za-zµ]+)/g
/** The last of each unit stands for all words that begin with it: `sec`, `secs`, `seconds`. */
const units =
  /^(ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)$/i

function isInt64(digits: string): boolean {
  const significant = digits.replace(/^0+/, '')
  return significant.length <= 19 && BigInt(significant) < 2n ** 63n
}

/**
 * Whether a text is a duration as Go writes it (`1h30m`), or has one in words in it (`3 days`): upstream leaves alone
 * what lies around those.
 */
export function isDuration(text: string): boolean {
  if (parseGoDuration(text) !== undefined) return true
  const parts = [...text.matchAll(inWords)]
  return (
    parts.every(([, digits = '']) => isInt64(digits)) &&
    parts.some(([, , word = '']) => units.test(word))
  )
}
