import { isPlainTime, readGoTime } from './go-time.ts'

const outsideOfBase64 = /[^A-Za-z0-9+/]/

/** What Go's base64 decoder would say of a string, or undefined. It skips line breaks and counts them. */
export function base64Problem(text: string): string | undefined {
  const illegal = (at: number) => `illegal base64 data at input byte ${at}`
  let inGroup = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at)
    if (letter === '\n' || letter === '\r') continue
    if (letter === '=') {
      const problem = paddingProblem(text, at, inGroup)
      return problem === undefined ? undefined : illegal(byteAt(text, problem))
    }
    if (outsideOfBase64.test(letter)) return illegal(byteAt(text, at))
    inGroup = (inGroup + 1) % 4
  }
  return inGroup === 0 ? undefined : illegal(text.length - inGroup)
}

/** Where the padding that begins at a place is wrong. */
function paddingProblem(text: string, start: number, inGroup: number): number | undefined {
  if (inGroup < 2) return start
  let at = start + 1
  const skipBreaks = () => {
    while (text[at] === '\n' || text[at] === '\r') at++
  }
  skipBreaks()
  if (inGroup === 2) {
    if (at === text.length) return text.length
    if (text[at] !== '=') return at - 1
    at++
    skipBreaks()
  }
  return at < text.length ? at : undefined
}

const byteAt = (text: string, at: number): number =>
  new TextEncoder().encode(text.slice(0, at)).length

/** What Go's time parser would say of an RFC 3339 time, or undefined. */
export function timeProblem(text: string, kind: 'time' | 'microTime'): string | undefined {
  if (kind === 'time' && (text === '' || isPlainTime(text))) return undefined
  const time = readGoTime(text, kind)
  return typeof time === 'string' ? time : undefined
}
