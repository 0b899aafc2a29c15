import { readNumber } from './read-number.ts'
import { readQuoted } from './read-quoted.ts'
import { SyntaxIssue } from './source.ts'
import type { Token } from './token.ts'

/** Longer ones first. */
const operators = ['==', '!=', '<=', '>=', '&&', '||', ...'<>()[]{}.,-!?:+*/%']

/** Splits an expression into tokens, without blanks and comments. Throws a `SyntaxIssue`. */
export function tokenize(source: string): Token[] {
  const points = [...source]
  const tokens: Token[] = []
  let offset = 0
  while (offset < points.length) {
    offset = skipBlanks(points, offset)
    if (offset >= points.length) break
    const { token, end } = readToken(points, offset)
    tokens.push(token)
    offset = end
  }
  tokens.push({ kind: 'end', text: '<EOF>', offset: points.length })
  return tokens
}

function skipBlanks(points: readonly string[], from: number): number {
  let at = from
  while (at < points.length) {
    if (' \t\r\n\f'.includes(points[at] ?? '')) at++
    else if (points[at] === '/' && points[at + 1] === '/') {
      const end = points.indexOf('\n', at)
      at = end < 0 ? points.length : end
    } else break
  }
  return at
}

function readToken(points: readonly string[], offset: number): { token: Token; end: number } {
  const point = points[offset] ?? ''
  const next = points[offset + 1] ?? ''
  const quoted = readQuoted(points, offset)
  if (quoted) return quoted
  if (/\d/.test(point) || (point === '.' && /\d/.test(next))) return readNumber(points, offset)
  if (/[A-Za-z_]/.test(point)) {
    let end = offset + 1
    while (/[A-Za-z0-9_]/.test(points[end] ?? '')) end++
    const text = points.slice(offset, end).join('')
    return { token: { kind: 'identifier', text, offset }, end }
  }
  if (point === '`') return readQuotedField(points, offset)
  const operator = operators.find(text => text === point + next) ?? operators.find(o => o === point)
  if (operator === undefined) throw unrecognized(point, offset)
  return {
    token: { kind: 'operator', text: operator, offset },
    end: offset + operator.length,
  }
}

function readQuotedField(points: readonly string[], offset: number): { token: Token; end: number } {
  const close = points.indexOf('`', offset + 1)
  const text = close < 0 ? '' : points.slice(offset + 1, close).join('')
  if (!/^[A-Za-z0-9_.\-/ ]+$/.test(text)) throw unrecognized('`', offset)
  return { token: { kind: 'quoted', text, offset }, end: close + 1 }
}

const unrecognized = (text: string, offset: number) =>
  new SyntaxIssue(offset, `Syntax error: token recognition error at: '${text}'`)
