/** Where a member of an object begins in a JSON text. */
export interface JsonMember {
  /** `spec.containers[0].name`. */
  path: string
  offset: number
  /** Whether the same object had the name before. */
  duplicate: boolean
}

const maxDepth = 10_000
const backslash = 92
const quote = 34

/**
 * Walks a JSON text and tells `visit` of every member that repeats a name (or of every member, with `all`), which
 * `JSON.parse` can't. Throws a `SyntaxError` in the words of Go's decoder for what is no JSON.
 */
export function scanJson(text: string, visit: (member: JsonMember) => void, all = false): void {
  new Scanner(text, visit, all).document()
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
    if (++this.#depth > maxDepth) throw new SyntaxError('exceeded max depth')
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
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === quote) break
      if (Number.isNaN(code) || code < 32) this.#fail('in string literal')
      this.#at += code === backslash ? 2 : 1
    }
    this.#at++
    const literal = this.#text.slice(start, this.#at)
    if (!literal.includes('\\')) return literal.slice(1, -1)
    try {
      return JSON.parse(literal) as string
    } catch {
      this.#at = start + literal.search(/\\(?!["\\/bfnrtu])/) + 1
      return this.#fail('in string escape code')
    }
  }

  #number(): void {
    const found = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
    found.lastIndex = this.#at
    const match = found.exec(this.#text)
    if (!match) {
      this.#at++
      this.#fail('in numeric literal')
    }
    this.#at = found.lastIndex
  }

  #literal(word: string): void {
    for (const expected of word) {
      if (this.#text[this.#at] !== expected)
        this.#fail(`in literal ${word} (expecting '${expected}')`)
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

  #fail(where: string): never {
    const character = this.#text[this.#at]
    throw new SyntaxError(
      character === undefined
        ? 'unexpected end of JSON input'
        : `invalid character ${goRune(character)} ${where}`,
    )
  }
}

const goRune = (character: string) =>
  character === "'"
    ? "'\\''"
    : character === '"'
      ? `'"'`
      : `'${JSON.stringify(character).slice(1, -1)}'`
