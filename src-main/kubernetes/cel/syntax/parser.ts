import { call, type Expr, ident, literal } from './ast.ts'
import { tokenize } from './lexer.ts'
import { expandMacro, type Macro } from './macro.ts'
import { measure } from './parts.ts'
import { SyntaxIssue } from './source.ts'
import type { Token } from './token.ts'
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
  const root = new Parser(tokenize(source), options).parse()
  const { depth, count } = measure(root, maxParts)
  if (depth > maxNesting) throw new SyntaxIssue(0, tooDeep)
  if (count >= maxParts) throw new SyntaxIssue(0, `expression has more than ${maxParts} parts`)
  return root
}

const tooDeep = `expression recursion limit exceeded: ${maxDepth}`

class Parser {
  readonly #tokens: readonly Token[]
  readonly #options: ParserOptions
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[], options: ParserOptions) {
    this.#tokens = tokens
    this.#options = options
  }

  parse(): Expr {
    const expr = this.#expression()
    if (this.#token.kind !== 'end') this.#fail('<EOF>')
    return expr
  }

  get #token(): Token {
    const token = this.#tokens[this.#at]
    if (!token) throw new Error('read beyond the end of the expression')
    return token
  }

  #isOperator(text: string): boolean {
    return this.#token.kind === 'operator' && this.#token.text === text
  }

  #take(): Token {
    const token = this.#token
    this.#at++
    return token
  }

  #takeIf(text: string): Token | undefined {
    return this.#isOperator(text) ? this.#take() : undefined
  }

  #expect(text: string): Token {
    return this.#takeIf(text) ?? this.#fail(`'${text}'`)
  }

  #fail(wanted: string): never {
    const { text, offset } = this.#token
    throw new SyntaxIssue(offset, `Syntax error: mismatched input '${text}' expecting ${wanted}`)
  }

  /** Chains are nested, too: `a + b + c` is `(a + b) + c`. */
  #limit(depth: number): void {
    if (depth > maxDepth) throw new SyntaxIssue(this.#token.offset, tooDeep)
  }

  #isOneOf(operators: ReadonlySet<string>): boolean {
    return this.#token.kind === 'operator' && operators.has(this.#token.text)
  }

  #expression(): Expr {
    this.#limit(++this.#depth)
    const condition = this.#or()
    const question = this.#takeIf('?')
    let expr = condition
    if (question) {
      const yes = this.#or()
      this.#expect(':')
      expr = call('_?_:_', [condition, yes, this.#expression()], question.offset)
    }
    this.#depth--
    return expr
  }

  #or(): Expr {
    return this.#logical('||', () => this.#logical('&&', () => this.#relation()))
  }

  /** A chain of `&&` or `||` becomes a balanced tree, so that a long one is not a deep one. */
  #logical(operator: '&&' | '||', next: () => Expr): Expr {
    const terms = [next()]
    const offsets: number[] = []
    for (;;) {
      const token = this.#takeIf(operator)
      if (!token) return balanced(`_${operator}_`, terms, offsets)
      offsets.push(token.offset)
      terms.push(next())
    }
  }

  #relation(): Expr {
    let left = this.#sum()
    for (let length = 0; ; length++) {
      this.#limit(length)
      const { kind, text } = this.#token
      const isRelation = kind === 'operator' || (kind === 'identifier' && text === 'in')
      if (!isRelation || !relations.has(text)) return left
      const { offset } = this.#take()
      left = call(text === 'in' ? '@in' : `_${text}_`, [left, this.#sum()], offset)
    }
  }

  #sum(): Expr {
    return this.#binary(sums, () => this.#binary(products, () => this.#unary()))
  }

  #binary(operators: ReadonlySet<string>, next: () => Expr): Expr {
    let left = next()
    for (let length = 0; this.#isOneOf(operators); length++) {
      this.#limit(length)
      const { text, offset } = this.#take()
      left = call(`_${text}_`, [left, next()], offset)
    }
    return left
  }

  #unary(): Expr {
    const sign = this.#token
    if (sign.kind !== 'operator' || (sign.text !== '!' && sign.text !== '-')) return this.#member()
    let count = 0
    while (this.#isOperator(sign.text) && !(sign.text === '-' && this.#isNegativeLiteral())) {
      this.#take()
      count++
    }
    const value = this.#member()
    if (count % 2 === 0) return value
    return call(sign.text === '!' ? '!_' : '-_', [value], sign.offset)
  }

  /** Whether a minus and the number behind it are one literal. */
  #isNegativeLiteral(): boolean {
    const next = this.#tokens[this.#at + 1]
    return this.#isOperator('-') && (next?.kind === 'int' || next?.kind === 'double')
  }

  #member(): Expr {
    let expr = this.#primary()
    for (let length = 0; ; length++) {
      this.#limit(length)
      const dot = this.#takeIf('.')
      if (dot) expr = this.#selection(expr, dot.offset)
      else if (this.#isOperator('[')) expr = this.#index(expr, this.#take().offset)
      else return expr
    }
  }

  #selection(target: Expr, offset: number): Expr {
    const optional = this.#takeIf('?')
    const name = this.#fieldName()
    if (optional)
      return call('_?._', [target, literal(name, this.#tokens[this.#at - 1]?.offset ?? 0)], offset)
    const open = this.#takeIf('(')
    if (!open) return { kind: 'select', operand: target, field: name, testOnly: false, offset }
    return this.#call(name, target, open.offset)
  }

  #fieldName(): string {
    const { kind, text } = this.#token
    if (kind === 'quoted' && this.#options.quotedFields) return this.#take().text
    if (kind !== 'identifier' || keywords.has(text)) return this.#fail('IDENTIFIER')
    return this.#take().text
  }

  #index(target: Expr, offset: number): Expr {
    const optional = this.#takeIf('?')
    const index = this.#expression()
    this.#expect(']')
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
    while (!this.#isOperator(close)) {
      items.push(item())
      if (!this.#takeIf(',')) break
      if (!trailingComma && this.#isOperator(close)) this.#fail(operand)
    }
    this.#expect(close)
    return items
  }

  #primary(): Expr {
    const token = this.#token
    switch (token.kind) {
      case 'int':
      case 'uint':
      case 'double':
        return this.#number(false)
      case 'string':
      case 'bytes':
        this.#take()
        return literal(token.value, token.offset)
      case 'identifier':
        return this.#named('')
      case 'operator':
        return this.#bracketed(token)
      default:
        return this.#fail(operand)
    }
  }

  #bracketed(token: Token): Expr {
    switch (token.text) {
      case '(': {
        this.#take()
        const expr = this.#expression()
        this.#expect(')')
        return expr
      }
      case '[':
        return this.#list(this.#take().offset)
      case '{':
        return this.#map(this.#take().offset)
      case '.':
        this.#take()
        return this.#named('.', token.offset)
      case '-':
        this.#take()
        return this.#number(true, token.offset)
      default:
        return this.#fail(operand)
    }
  }

  #number(negative: boolean, offset = this.#token.offset): Expr {
    const token = this.#token
    if (token.kind !== 'double' && token.kind !== 'int' && token.kind !== 'uint')
      return this.#fail(operand)
    this.#take()
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

  #named(dot: '' | '.', start = this.#token.offset): Expr {
    const { kind, text } = this.#token
    if (kind !== 'identifier' || text === 'in') return this.#fail(dot ? 'IDENTIFIER' : operand)
    this.#take()
    if (!dot && text === 'null') return literal(null, start)
    if (!dot && (text === 'true' || text === 'false')) return literal(text === 'true', start)
    const name = dot + text
    const open = this.#takeIf('(')
    if (open) return this.#call(name, undefined, open.offset)
    const struct = this.#struct(name)
    if (struct) return struct
    if (reserved.has(text)) throw new SyntaxIssue(start, `reserved identifier: ${text}`)
    return ident(name, start)
  }

  /** `a.b.Name{…}` from behind its first name on; undefined where it is none. */
  #struct(first: string): Expr | undefined {
    let name = first
    let ahead = this.#at
    while (this.#tokens[ahead]?.text === '.' && this.#tokens[ahead + 1]?.kind === 'identifier') {
      name += `.${this.#tokens[ahead + 1]?.text}`
      ahead += 2
    }
    const brace = this.#tokens[ahead]
    if (brace?.kind !== 'operator' || brace.text !== '{') return undefined
    this.#at = ahead + 1
    const fields = this.#items('}', () => this.#structField(), true)
    return { kind: 'struct', name, fields, offset: brace.offset }
  }

  #structField() {
    const optional = this.#takeIf('?') !== undefined
    const name = this.#fieldName()
    const colon = this.#expect(':')
    return { name, optional, offset: colon.offset, value: this.#expression() }
  }

  #list(offset: number): Expr {
    const elements = this.#items(']', () => this.#optionalItem(), true)
    return { kind: 'list', elements, offset }
  }

  #optionalItem() {
    const optional = this.#takeIf('?') !== undefined
    return { optional, value: this.#expression() }
  }

  #map(offset: number): Expr {
    const entries = this.#items(
      '}',
      () => {
        const { optional, value: key } = this.#optionalItem()
        this.#expect(':')
        return { key, optional, value: this.#expression() }
      },
      true,
    )
    return { kind: 'map', entries, offset }
  }
}

function balanced(name: string, terms: readonly Expr[], offsets: readonly number[]): Expr {
  const build = (low: number, high: number): Expr => {
    const middle = Math.floor((low + high + 1) / 2)
    const left = middle === low ? terms[middle] : build(low, middle - 1)
    const right = middle === high ? terms[middle + 1] : build(middle + 1, high)
    if (!left || !right) throw new Error('a chain lost a term')
    return call(name, [left, right], offsets[middle] ?? 0)
  }
  const [only] = terms
  if (terms.length === 1 && only) return only
  return build(0, offsets.length - 1)
}
