import { SyntaxIssue } from './source.ts'
import type { Token } from './token.ts'

const forms = [
  {
    kind: 'double',
    pattern: /^(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)/,
  },
  { kind: 'uint', pattern: /^(?:0x[0-9A-Fa-f]+|\d+)[uU]/ },
  { kind: 'int', pattern: /^(?:0x[0-9A-Fa-f]+|\d+)/ },
] as const

/** No number literal that fits its type is longer. */
const longest = 400

/** The number that starts at `offset`. Whether it fits its type is for the parser to say, which knows the sign. */
export function readNumber(
  points: readonly string[],
  offset: number,
): { token: Token; end: number } {
  const rest = points.slice(offset, offset + longest).join('')
  for (const { kind, pattern } of forms) {
    const text = pattern.exec(rest)?.[0]
    if (text === undefined) continue
    const end = offset + text.length
    if (kind === 'double') return { token: { kind, text, value: Number(text), offset }, end }
    return { token: { kind, text, value: BigInt(text.replace(/[uU]$/, '')), offset }, end }
  }
  throw new SyntaxIssue(offset, `Syntax error: token recognition error at: '${points[offset]}'`)
}
