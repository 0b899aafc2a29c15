import type { Filter, FilterOperator, Operand, Step } from './steps.ts'

const operators = ['==', '!=', '<=', '>=', '<', '>'] as const
const nameEnd = /[.[\](){}@?\s,]/

/** Reads a path, with or without braces around it. Throws an `Error` that says what is wrong. */
export function parseSteps(text: string): Step[] {
  const bare = /^\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1] ?? text
  return new Parser(bare.trim()).path()
}

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  path(): Step[] {
    const steps: Step[] = []
    while (this.#at < this.#text.length) steps.push(...this.#step(steps.length === 0))
    return steps
  }

  #step(isFirst: boolean): Step[] {
    const character = this.#text[this.#at]
    switch (character) {
      case '$':
        this.#at++
        return [{ kind: 'root' }]
      case '@':
        this.#at++
        return []
      case '.':
        return this.#dotted()
      case '[':
        return [this.#bracket()]
      default:
        if (isFirst && character && !nameEnd.test(character)) return [this.#name()]
        throw new Error(`unrecognized character in action: U+${codeOf(character)}`)
    }
  }

  #dotted(): Step[] {
    this.#at++
    if (this.#text[this.#at] === '.') {
      this.#at++
      return [{ kind: 'descend' }, ...(this.#text[this.#at] === '[' ? [] : [this.#name()])]
    }
    if (this.#at >= this.#text.length || this.#text[this.#at] === '[') return []
    return [this.#name()]
  }

  #name(): Step {
    let name = ''
    for (; this.#at < this.#text.length; this.#at++) {
      let character = this.#text[this.#at] ?? ''
      if (character === '\\') character = this.#text[++this.#at] ?? ''
      else if (nameEnd.test(character)) break
      name += character
    }
    if (name === '*') return { kind: 'wildcard' }
    return { kind: 'field', name }
  }

  /** What lies between `[` and its `]`, past quotes and inner brackets. */
  #bracket(): Step {
    const begin = ++this.#at
    let depth = 1
    let quote = ''
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? ''
      if (character === '\\') this.#at++
      else if (quote) quote = character === quote ? '' : quote
      else if (character === '"' || character === "'") quote = character
      else if (character === '[') depth++
      else if (character === ']' && --depth === 0) break
    }
    if (depth > 0) throw new Error('unterminated array')
    return readBracket(this.#text.slice(begin, this.#at++).trim())
  }
}

function readBracket(inner: string): Step {
  if (inner.startsWith('?(')) {
    if (!inner.endsWith(')')) throw new Error('unclosed filter')
    return { kind: 'filter', filter: readFilter(inner.slice(2, -1)) }
  }
  if (inner === '*') return { kind: 'wildcard' }
  const parts = splitOutsideQuotes(inner, ',')
  if (parts.length > 1) return { kind: 'union', paths: parts.map(part => [readBracket(part)]) }
  const quoted = quotedText(inner)
  if (quoted !== undefined) return { kind: 'field', name: quoted }
  const numbers = /^(-?\d*)(?::(-?\d*))?(?::(\d*))?$/.exec(inner)
  if (numbers && inner) {
    const [, start, end, by] = numbers
    const number = (text: string | undefined) => (text ? Number(text) : undefined)
    return {
      kind: 'slice',
      single: !inner.includes(':'),
      start: number(start),
      end: number(end),
      by: number(by),
    }
  }
  const path = /^[.@$]/.test(inner) ? parseSteps(inner) : undefined
  if (path) return { kind: 'union', paths: [path] }
  throw new Error(`invalid array index ${inner}`)
}

function readFilter(text: string): Filter {
  const at = operatorAt(text)
  if (!at) return { left: readOperand(text.trim()) }
  const { index, operator } = at
  return {
    left: readOperand(text.slice(0, index).trim()),
    operator,
    right: readOperand(text.slice(index + operator.length).trim()),
  }
}

function operatorAt(text: string): { index: number; operator: FilterOperator } | undefined {
  let quote = ''
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    if (quote) quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else {
      const operator = operators.find(one => text.startsWith(one, index))
      if (operator) return { index, operator }
    }
  }
  return undefined
}

function readOperand(text: string): Operand {
  const quoted = quotedText(text)
  if (quoted !== undefined) return { value: quoted }
  if (/^-?\d+(\.\d+)?$/.test(text)) return { value: Number(text) }
  if (text === 'true' || text === 'false') return { value: text === 'true' }
  if (/^[@$.]/.test(text)) return { path: parseSteps(text) }
  throw new Error(`unrecognized identifier ${text}`)
}

/** The text within single or double quotes; undefined when there are none. */
function quotedText(text: string): string | undefined {
  const found = /^(['"])([\s\S]*)\1$/.exec(text)
  return found ? (found[2] ?? '').replaceAll(/\\(.)/g, '$1') : undefined
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts = ['']
  let quote = ''
  for (const character of text) {
    if (quote) quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    if (character === separator && !quote) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map(part => part.trim())
}

const codeOf = (character = ''): string =>
  `${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${character}'`
