import type { Value } from './values.ts'

/** No message that an expression makes is longer, in bytes. */
const longestMessage = 5 * 1024

/** What a `messageExpression` made, if it can be a message: not empty, one line, not too long. */
export function usableMessage(made: Value | undefined): string | undefined {
  if (typeof made !== 'string') return undefined
  const text = made.trim()
  const isUsable =
    text !== '' && !text.includes('\n') && new TextEncoder().encode(text).length <= longestMessage
  return isUsable ? text : undefined
}
