import { goQuoted } from './go-text.ts'

/** Where a member of an object begins in a JSON text. */
export interface JsonMember {
  /** `spec.containers[0].name`. */
  path: string
  offset: number
  /** Whether the same object had the name before. */
  duplicate: boolean
}

/** Deeper texts are refused in the words of Go's decoder, which goes on to 10,000: our stack doesn't reach that far. */
const maxDepth = 500
const backslash = 92
const quote = 34

/**
 * Walks a JSON text and tells `visit` of every member that repeats a name (or of every member, with `all`), which
 * `JSON.parse` can't. Throws a `SyntaxError` in the words of Go's decoder for what is no JSON.
 */
export function scanJson(text: string, visit: (member: JsonMember) => void, all = false): void {
  new Scanner(text, visit, all).document()
}

/** Whether a text that is JSON is deeper than may be. */
export function isTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at)
    else if (code === 123 || code === 91) {
      if (++depth > maxDepth) return true
    } else if (code === 125 || code === 93) depth--
  }
  return false
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end
    while (text.charCodeAt(before - 1) === backslash) before--
    if ((end - before) % 2 === 0) return end
  }
}

class Scanner {
  readonly #text: string
  readonly #visit: (member: JsonMember) => void
  readonly #all: boolean
  readonly #path: string[] = []
  #at = 0
  #depth = 0

  constructor(text: string, visit: (member: JsonMember) => void, all: boolean) {
    this.#text = text
    this.#visit = visit
    this.#all = all
  }

  document(): void {
    this.#value()
    this.#space()
    if (this.#at < this.#text.length) this.#fail('after top-level value')
  }

  #value(): void {
    this.#space()
    const start = this.#text.charCodeAt(this.#at)
    if (start === quote) this.#string()
    else if (start === 123) this.#nest(() => this.#object())
    else if (start === 91) this.#nest(() => this.#array())
    else if (start === 45 || (start >= 48 && start <= 57)) this.#number()
    else if (start === 116) this.#literal('true')
    else if (start === 102) this.#literal('false')
    else if (start === 110) this.#literal('null')
    else this.#fail('looking for beginning of value')
  }

  #nest(read: () => void): void {
    if (++this.#depth > maxDepth) this.#fail('exceeded max depth')
    this.#at++
    this.#space()
    read()
    this.#depth--
  }

  #object(): void {
    const seen = new Set<string>()
    if (this.#take('}')) return
    for (;;) {
      this.#space()
      const offset = this.#at
      if (this.#text.charCodeAt(offset) !== quote)
        this.#fail('looking for beginning of object key string')
      const key = this.#string()
      this.#space()
      if (!this.#take(':')) this.#fail('after object key')
      this.#path.push(this.#path.length ? `.${key}` : key)
      const duplicate = seen.has(key)
      if (duplicate || this.#all) this.#visit({ path: this.#path.join(''), offset, duplicate })
      seen.add(key)
      this.#value()
      this.#path.pop()
      this.#space()
      if (this.#take('}')) return
      if (!this.#take(',')) this.#fail('after object key:value pair')
    }
  }

  #array(): void {
    if (this.#take(']')) return
    for (let index = 0; ; index++) {
      this.#path.push(`[${index}]`)
      this.#value()
      this.#path.pop()
      this.#space()
      if (this.#take(']')) return
      if (!this.#take(',')) this.#fail('after array element')
    }
  }

  #string(): string {
    const start = this.#at++
    let isPlain = true
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === quote) break
      if (Number.isNaN(code) || code < 32) this.#fail('in string literal')
      this.#at++
      if (code === backslash) {
        isPlain = false
        this.#escape()
      }
    }
    this.#at++
    return isPlain
      ? this.#text.slice(start + 1, this.#at - 1)
      : (JSON.parse(this.#text.slice(start, this.#at)) as string).toWellFormed()
  }

  #escape(): void {
    const letter = this.#text[this.#at] ?? ''
    if (!letter || !'"\\/bfnrtu'.includes(letter)) this.#failWithin('in string escape code')
    this.#at++
    if (letter !== 'u') return
    for (let digits = 0; digits < 4; digits++) {
      if (!/[\da-fA-F]/.test(this.#text[this.#at] ?? ''))
        this.#failWithin('in \\u hexadecimal character escape')
      this.#at++
    }
  }

  #number(): void {
    this.#take('-')
    if (!this.#take('0')) this.#digits('in numeric literal')
    if (this.#take('.')) this.#digits('after decimal point in numeric literal')
    if (!this.#take('e') && !this.#take('E')) return
    if (!this.#take('+')) this.#take('-')
    this.#digits('in exponent of numeric literal')
  }

  #digits(where: string): void {
    const start = this.#at
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code < 48 || code > 57 || Number.isNaN(code)) break
      this.#at++
    }
    if (this.#at === start) this.#failWithin(where)
  }

  #literal(word: string): void {
    for (const expected of word) {
      if (this.#text[this.#at] !== expected)
        this.#failWithin(`in literal ${word} (expecting '${expected}')`)
      this.#at++
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      this.#at++
    }
  }

  /** Of what may not end yet: there, the end of the text is taken for a blank. */
  #failWithin(where: string): never {
    if (this.#at < this.#text.length) this.#fail(where)
    throw new SyntaxError(`invalid character ' ' ${where}`)
  }

  #fail(where: string): never {
    const code = this.#text.codePointAt(this.#at)
    throw new SyntaxError(
      code === undefined
        ? 'unexpected end of JSON input'
        : `invalid character ${goByte(code)} ${where}`,
    )
  }
}

/** Go reads the text byte by byte, so of a letter beyond ASCII it names the first of its bytes. */
function goByte(code: number): string {
  const [byte = 0] = new TextEncoder().encode(String.fromCodePoint(code))
  const letter = String.fromCharCode(byte)
  if (letter === "'") return "'\\''"
  return letter === '"' ? `'"'` : `'${goQuoted(letter).slice(1, -1)}'`
}
