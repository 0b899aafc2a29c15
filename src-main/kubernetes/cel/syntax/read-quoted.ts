import { SyntaxIssue } from './source.ts'
import type { Token } from './token.ts'

const simpleEscapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  '?': 63,
  '"': 34,
  "'": 39,
  '`': 96,
}

/** The string or bytes literal that starts at `offset`; undefined where none does. */
export function readQuoted(
  points: readonly string[],
  offset: number,
): { token: Token; end: number } | undefined {
  let at = offset
  let isRaw = false
  let isBytes = false
  for (; at < offset + 2; at++) {
    const prefix = points[at]?.toLowerCase()
    if (prefix === 'r' && !isRaw) isRaw = true
    else if (prefix === 'b' && !isBytes) isBytes = true
    else break
  }
  const quote = points[at]
  if (quote !== '"' && quote !== "'") return undefined
  const isTriple = points[at + 1] === quote && points[at + 2] === quote
  const width = isTriple ? 3 : 1
  const content = new Content(isBytes)
  let from = at + width
  for (;;) {
    const point = points[from]
    if (point === undefined || (!isTriple && (point === '\n' || point === '\r')))
      throw new SyntaxIssue(
        offset,
        `Syntax error: token recognition error at: '${points.slice(offset, from).join('')}'`,
      )
    if (closes(points, from, quote, width)) break
    if (point === '\\' && !isRaw) from = content.addEscape(points, from)
    else {
      content.addText(point)
      if (point === '\\' && isRaw && points[from + 1] !== undefined)
        content.addText(points[++from] ?? '')
      from++
    }
  }
  const end = from + width
  const text = points.slice(offset, end).join('')
  const token: Token = isBytes
    ? { kind: 'bytes', text, value: content.bytes(), offset }
    : { kind: 'string', text, value: content.text(), offset }
  return { token, end }
}

function closes(points: readonly string[], at: number, quote: string, width: number): boolean {
  for (let index = 0; index < width; index++) if (points[at + index] !== quote) return false
  return true
}

/** What a literal holds: code points of a string, or bytes. */
class Content {
  readonly #isBytes: boolean
  readonly #codes: number[] = []

  constructor(isBytes: boolean) {
    this.#isBytes = isBytes
  }

  text = (): string => this.#codes.map(code => String.fromCodePoint(code)).join('')
  bytes = (): Uint8Array => Uint8Array.from(this.#codes)

  addText(point: string): void {
    if (this.#isBytes) this.#codes.push(...new TextEncoder().encode(point))
    else this.#codes.push(point.codePointAt(0) ?? 0)
  }

  /** Reads the escape that starts at `from`; answers where it ends. */
  addEscape(points: readonly string[], from: number): number {
    const letter = points[from + 1] ?? ''
    const simple = simpleEscapes[letter]
    if (simple !== undefined) {
      this.#codes.push(simple)
      return from + 2
    }
    const { digits, radix, skip } = escapeForm(letter, this.#isBytes, from)
    const text = points.slice(from + skip, from + skip + digits).join('')
    const code = Number.parseInt(text, radix)
    const isWhole = text.length === digits && /^[0-9A-Fa-f]+$/.test(text) && !Number.isNaN(code)
    if (!isWhole || !this.#admits(code)) throw invalidEscape(from)
    this.#codes.push(code)
    return from + skip + digits
  }

  #admits(code: number): boolean {
    if (this.#isBytes) return code <= 0xff
    return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  }
}

function escapeForm(letter: string, isBytes: boolean, at: number) {
  if (letter === 'x' || letter === 'X') return { digits: 2, radix: 16, skip: 2 }
  if (/[0-3]/.test(letter)) return { digits: 3, radix: 8, skip: 1 }
  if (letter === 'u' && !isBytes) return { digits: 4, radix: 16, skip: 2 }
  if (letter === 'U' && !isBytes) return { digits: 8, radix: 16, skip: 2 }
  throw invalidEscape(at)
}

const invalidEscape = (offset: number) =>
  new SyntaxIssue(offset, 'Syntax error: unable to unescape string')
