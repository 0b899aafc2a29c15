import { isIP } from 'node:net'

/**
 * Whether a text is one mail address as Go's `net/mail` reads RFC 5322: `a@b`, `"a b"@c`, `Joe <a@b.c>`, with
 * comments behind it, or a group that has just one.
 */
export function isMailAddress(text: string): boolean {
  const reader = new AddressReader(text)
  return reader.address(true) === 1 && reader.comments() && reader.isAtEnd()
}

const controls = String.raw`\u0000-\u001f\u007f`
const atom = new RegExp(String.raw`[^${controls} ()<>[\]:;@\\,"]+`, 'y')
/** Of a phrase: there, most marks are letters like others. */
const looseAtom = new RegExp(`[^${controls} <>:"]+`, 'y')
const quoted = new RegExp(String.raw`"(?:[^"\\${controls}]|\t|\\(?:[^${controls}]|\t))*"`, 'y')
const literal = /\[[^[\]]*\]/y
const blanks = /[ \t]*/y

class AddressReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** How many addresses there are, those of a group; undefined where there is none to be read. */
  address(mayBeGroup: boolean): number | undefined {
    this.#take(blanks)
    const start = this.#at
    if (this.#spec()) {
      this.#take(blanks)
      return this.#text[this.#at] !== '(' || this.#comment() ? 1 : undefined
    }
    this.#at = start
    if (this.#text[this.#at] !== '<' && !this.#phrase()) return undefined
    this.#take(blanks)
    if (mayBeGroup && this.#skip(':')) return this.#group()
    return this.#skip('<') && this.#spec() && this.#skip('>') ? 1 : undefined
  }

  /** Skips comments and blanks; false where a comment has no end. */
  comments(): boolean {
    this.#take(blanks)
    while (this.#text[this.#at] === '(') {
      if (!this.#comment()) return false
      this.#take(blanks)
    }
    return true
  }

  #group(): number | undefined {
    this.#take(blanks)
    if (this.#skip(';')) return this.comments() ? 0 : undefined
    for (let count = 0; ; ) {
      this.#take(blanks)
      const found = this.address(false)
      if (found === undefined || !this.comments()) return undefined
      count += found
      if (this.#skip(';')) return this.comments() ? count : undefined
      if (!this.#skip(',')) return undefined
    }
  }

  #spec(): boolean {
    this.#take(blanks)
    const name = this.#text[this.#at] === '"' ? this.#take(quoted) : this.#dotAtom()
    if (!name || name === '""' || !this.#skip('@')) return false
    this.#take(blanks)
    return this.#text[this.#at] === '[' ? this.#literal() : this.#dotAtom() !== undefined
  }

  /** An IP address in brackets. */
  #literal(): boolean {
    const found = this.#take(literal)?.slice(1, -1) ?? ''
    return isIP(found) > 0 && !found.includes('%')
  }

  #dotAtom(): string | undefined {
    const found = this.#take(atom)
    return found && /^\.|\.\.|\.$/.test(found) ? undefined : found
  }

  #phrase(): boolean {
    let words = 0
    for (;;) {
      this.#take(blanks)
      if (!this.#take(this.#text[this.#at] === '"' ? quoted : looseAtom)) return words > 0
      words++
    }
  }

  #comment(): boolean {
    let depth = 0
    do {
      const letter = this.#text[this.#at]
      if (letter === undefined) return false
      if (letter === '\\' && this.#at + 1 < this.#text.length) this.#at++
      else if (letter === '(') depth++
      else if (letter === ')') depth--
      this.#at++
    } while (depth > 0)
    return true
  }

  #skip(letter: string): boolean {
    if (this.#text[this.#at] !== letter) return false
    this.#at++
    return true
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found
  }
}
