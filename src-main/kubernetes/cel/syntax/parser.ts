import { call, type Expr, ident, literal } from './ast.ts'
import { tokenize } from './lexer.ts'
import { logicalChain } from './logical-chain.ts'
import { expandMacro, type Macro } from './macro.ts'
import { measure } from './parts.ts'
import { SyntaxIssue } from './source.ts'
import type { Token } from './token.ts'
import { TokenStream } from './token-stream.ts'
import { keywords, reserved } from './words.ts'

export interface ParserOptions {
  macros: readonly Macro[]
  /** Field names in backticks: `self.a.\`b/c\``. Kubernetes does not have them. */
  quotedFields?: boolean
}

const maxDepth = 250
const maxPoints = 100_000
/** Chains within chains can be deeper than what goes over them can follow. */
const maxNesting = 3 * maxDepth
/** Macros that hold their target twice can double an expression with every call. */
const maxParts = 100_000

const relations = new Set(['<', '<=', '>=', '>', '==', '!=', 'in'])
const sums = new Set(['+', '-'])
const products = new Set(['*', '/', '%'])
const operand =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"

/** Parses an expression and expands its macros. Throws a `SyntaxIssue` for the first thing wrong. */
export function parse(source: string, options: ParserOptions): Expr {
  const size = [...source].length
  if (size > maxPoints)
    throw new SyntaxIssue(
      0,
      `expression code point size exceeds limit: size: ${size}, limit ${maxPoints}`,
    )
  const root = new Parser(new TokenStream(tokenize(source)), options).parse()
  const { depth, count } = measure(root, maxParts)
  if (depth > maxNesting) throw new SyntaxIssue(0, tooDeep)
  if (count >= maxParts) throw new SyntaxIssue(0, `expression has more than ${maxParts} parts`)
  return root
}

const tooDeep = `expression recursion limit exceeded: ${maxDepth}`

class Parser {
  readonly #tokens: TokenStream
  readonly #options: ParserOptions
  #depth = 0

  constructor(tokens: TokenStream, options: ParserOptions) {
    this.#tokens = tokens
    this.#options = options
  }

  parse(): Expr {
    const expr = this.#expression()
    if (this.#tokens.current.kind !== 'end') this.#tokens.fail('<EOF>')
    return expr
  }

  /** Chains are nested, too: `a + b + c` is `(a + b) + c`. */
  #limit(depth: number): void {
    if (depth > maxDepth) throw new SyntaxIssue(this.#tokens.current.offset, tooDeep)
  }

  #expression(): Expr {
    this.#limit(++this.#depth)
    const condition = this.#or()
    const question = this.#tokens.takeIf('?')
    let expr = condition
    if (question) {
      const yes = this.#or()
      this.#tokens.expect(':')
      expr = call('_?_:_', [condition, yes, this.#expression()], question.offset)
    }
    this.#depth--
    return expr
  }

  #or(): Expr {
    return this.#logical('||', () => this.#logical('&&', () => this.#relation()))
  }

  #logical(operator: '&&' | '||', next: () => Expr): Expr {
    const terms = [next()]
    const offsets: number[] = []
    for (;;) {
      const token = this.#tokens.takeIf(operator)
      if (!token) return logicalChain(operator, terms, offsets)
      offsets.push(token.offset)
      terms.push(next())
    }
  }

  #relation(): Expr {
    let left = this.#sum()
    for (let length = 0; ; length++) {
      this.#limit(length)
      const { kind, text } = this.#tokens.current
      const isRelation = kind === 'operator' || (kind === 'identifier' && text === 'in')
      if (!isRelation || !relations.has(text)) return left
      const { offset } = this.#tokens.take()
      left = call(text === 'in' ? '@in' : `_${text}_`, [left, this.#sum()], offset)
    }
  }

  #sum(): Expr {
    return this.#binary(sums, () => this.#binary(products, () => this.#unary()))
  }

  #binary(operators: ReadonlySet<string>, next: () => Expr): Expr {
    let left = next()
    for (let length = 0; this.#tokens.isOneOf(operators); length++) {
      this.#limit(length)
      const { text, offset } = this.#tokens.take()
      left = call(`_${text}_`, [left, next()], offset)
    }
    return left
  }

  #unary(): Expr {
    const sign = this.#tokens.current
    if (sign.kind !== 'operator' || (sign.text !== '!' && sign.text !== '-')) return this.#member()
    let count = 0
    while (
      this.#tokens.isOperator(sign.text) &&
      !(sign.text === '-' && this.#isNegativeLiteral())
    ) {
      this.#tokens.take()
      count++
    }
    const value = this.#member()
    if (count % 2 === 0) return value
    return call(sign.text === '!' ? '!_' : '-_', [value], sign.offset)
  }

  /** Whether a minus and the number behind it are one literal. */
  #isNegativeLiteral(): boolean {
    const next = this.#tokens.ahead(1)
    return this.#tokens.isOperator('-') && (next?.kind === 'int' || next?.kind === 'double')
  }

  #member(): Expr {
    let expr = this.#primary()
    for (let length = 0; ; length++) {
      this.#limit(length)
      const dot = this.#tokens.takeIf('.')
      if (dot) expr = this.#selection(expr, dot.offset)
      else if (this.#tokens.isOperator('[')) expr = this.#index(expr, this.#tokens.take().offset)
      else return expr
    }
  }

  #selection(target: Expr, offset: number): Expr {
    const optional = this.#tokens.takeIf('?')
    const { text: name, offset: nameOffset } = this.#fieldName()
    if (optional) return call('_?._', [target, literal(name, nameOffset)], offset)
    const open = this.#tokens.takeIf('(')
    if (!open) return { kind: 'select', operand: target, field: name, testOnly: false, offset }
    return this.#call(name, target, open.offset)
  }

  #fieldName(): Token {
    const { kind, text } = this.#tokens.current
    const isQuoted = kind === 'quoted' && this.#options.quotedFields
    const isName = kind === 'identifier' && !keywords.has(text)
    return isQuoted || isName ? this.#tokens.take() : this.#tokens.fail('IDENTIFIER')
  }

  #index(target: Expr, offset: number): Expr {
    const optional = this.#tokens.takeIf('?')
    const index = this.#expression()
    this.#tokens.expect(']')
    return call(optional ? '_[?_]' : '_[_]', [target, index], offset)
  }

  #call(name: string, target: Expr | undefined, offset: number): Expr {
    const args = this.#items(')', () => this.#expression(), false)
    return (
      expandMacro(this.#options.macros, { name, target, args, offset }) ?? {
        kind: 'call',
        name,
        target,
        args,
        offset,
      }
    )
  }

  /** What stands between commas, up to and with the closing bracket. */
  #items<T>(close: string, item: () => T, trailingComma: boolean): T[] {
    const items: T[] = []
    while (!this.#tokens.isOperator(close)) {
      items.push(item())
      if (!this.#tokens.takeIf(',')) break
      if (!trailingComma && this.#tokens.isOperator(close)) this.#tokens.fail(operand)
    }
    this.#tokens.expect(close)
    return items
  }

  #primary(): Expr {
    const token = this.#tokens.current
    switch (token.kind) {
      case 'int':
      case 'uint':
      case 'double':
        return this.#number(false)
      case 'string':
      case 'bytes':
        this.#tokens.take()
        return literal(token.value, token.offset)
      case 'identifier':
        return this.#named('')
      case 'operator':
        return this.#bracketed(token)
      default:
        return this.#tokens.fail(operand)
    }
  }

  #bracketed(token: Token): Expr {
    switch (token.text) {
      case '(': {
        this.#tokens.take()
        const expr = this.#expression()
        this.#tokens.expect(')')
        return expr
      }
      case '[':
        return this.#list(this.#tokens.take().offset)
      case '{':
        return this.#map(this.#tokens.take().offset)
      case '.':
        this.#tokens.take()
        return this.#named('.', token.offset)
      case '-':
        this.#tokens.take()
        return this.#number(true, token.offset)
      default:
        return this.#tokens.fail(operand)
    }
  }

  #number(negative: boolean, offset = this.#tokens.current.offset): Expr {
    const token = this.#tokens.current
    if (token.kind !== 'double' && token.kind !== 'int' && token.kind !== 'uint')
      return this.#tokens.fail(operand)
    this.#tokens.take()
    if (token.kind === 'double') return literal(negative ? -token.value : token.value, offset)
    const isUnsigned = token.kind === 'uint'
    const value = negative ? -token.value : token.value
    const fits = isUnsigned
      ? BigInt.asUintN(64, value) === value
      : BigInt.asIntN(64, value) === value
    if (!fits)
      throw new SyntaxIssue(offset, `Syntax error: invalid ${isUnsigned ? 'uint' : 'int'} literal`)
    return { kind: 'literal', value, isUnsigned, offset }
  }

  #named(dot: '' | '.', start = this.#tokens.current.offset): Expr {
    const { kind, text } = this.#tokens.current
    if (kind !== 'identifier' || text === 'in')
      return this.#tokens.fail(dot ? 'IDENTIFIER' : operand)
    this.#tokens.take()
    if (!dot && text === 'null') return literal(null, start)
    if (!dot && (text === 'true' || text === 'false')) return literal(text === 'true', start)
    const name = dot + text
    const open = this.#tokens.takeIf('(')
    if (open) return this.#call(name, undefined, open.offset)
    const struct = this.#struct(name)
    if (struct) return struct
    if (reserved.has(text)) throw new SyntaxIssue(start, `reserved identifier: ${text}`)
    return ident(name, start)
  }

  /** `a.b.Name{…}` from behind its first name on; undefined where it is none. */
  #struct(first: string): Expr | undefined {
    let name = first
    let length = 0
    for (;;) {
      const part = this.#tokens.ahead(length + 1)
      if (this.#tokens.ahead(length)?.text !== '.' || part?.kind !== 'identifier') break
      name += `.${part.text}`
      length += 2
    }
    const brace = this.#tokens.ahead(length)
    if (brace?.kind !== 'operator' || brace.text !== '{') return undefined
    this.#tokens.skip(length + 1)
    const fields = this.#items('}', () => this.#structField(), true)
    return { kind: 'struct', name, fields, offset: brace.offset }
  }

  #structField() {
    const optional = this.#tokens.takeIf('?') !== undefined
    const { text: name } = this.#fieldName()
    const colon = this.#tokens.expect(':')
    return { name, optional, offset: colon.offset, value: this.#expression() }
  }

  #list(offset: number): Expr {
    const elements = this.#items(']', () => this.#optionalItem(), true)
    return { kind: 'list', elements, offset }
  }

  #optionalItem() {
    const optional = this.#tokens.takeIf('?') !== undefined
    return { optional, value: this.#expression() }
  }

  #map(offset: number): Expr {
    const entries = this.#items(
      '}',
      () => {
        const { optional, value: key } = this.#optionalItem()
        this.#tokens.expect(':')
        return { key, optional, value: this.#expression() }
      },
      true,
    )
    return { kind: 'map', entries, offset }
  }
}
