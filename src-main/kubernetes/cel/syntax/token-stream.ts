import { SyntaxIssue } from './source.ts'
import type { Token } from './token.ts'

/** The tokens of an expression, taken one after another. What doesn't fit is a `SyntaxIssue` at the place where it stands. */
export class TokenStream {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  /** The first one that isn't taken yet; at the end, the token that says so. */
  get current(): Token {
    const token = this.#tokens[this.#at]
    if (!token) throw new Error('read beyond the end of the expression')
    return token
  }

  /** The token so many behind the current one. */
  ahead(count: number): Token | undefined {
    return this.#tokens[this.#at + count]
  }

  isOperator(text: string): boolean {
    return this.current.kind === 'operator' && this.current.text === text
  }

  isOneOf(operators: ReadonlySet<string>): boolean {
    return this.current.kind === 'operator' && operators.has(this.current.text)
  }

  take(): Token {
    const token = this.current
    this.#at++
    return token
  }

  takeIf(operator: string): Token | undefined {
    return this.isOperator(operator) ? this.take() : undefined
  }

  expect(operator: string): Token {
    return this.takeIf(operator) ?? this.fail(`'${operator}'`)
  }

  skip(count: number): void {
    this.#at += count
  }

  /** Says what was wanted instead of the current token. */
  fail(wanted: string): never {
    const { text, offset } = this.current
    throw new SyntaxIssue(offset, `Syntax error: mismatched input '${text}' expecting ${wanted}`)
  }
}
