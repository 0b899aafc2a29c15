import {
  badSelector,
  type Operator,
  type Requirement,
  requirement,
  requireValidKey,
} from './requirement.ts'

type Kind =
  | 'identifier'
  | 'end'
  | 'error'
  | '('
  | ')'
  | ','
  | '!'
  | '='
  | '=='
  | '!='
  | '>'
  | '<'
  | 'in'
  | 'notin'
interface Token {
  kind: Kind
  text: string
}

const binary: Partial<Record<Kind, Operator>> = {
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
  in: 'in',
  notin: 'notin',
}

/** Reads the grammar of `labelSelector` parameters; throws a 400 in Kubernetes' words. */
export function parseRequirements(text: string): Requirement[] {
  const tokens = tokenize(text)
  const requirements: Requirement[] = []
  for (;;) {
    const next = tokens.peek()
    if (next.kind === 'end') return requirements
    if (next.kind !== 'identifier' && next.kind !== '!')
      throw badSelector(`found '${next.text}', expected: !, identifier, or 'end of string'`)
    requirements.push(parseOne(tokens))
    const separator = tokens.next()
    if (separator.kind === 'end') return requirements
    if (separator.kind !== ',')
      throw badSelector(`found '${separator.text}', expected: ',' or 'end of string'`)
    const after = tokens.peek()
    if (after.kind !== 'identifier' && after.kind !== '!')
      throw badSelector(`found '${after.text}', expected: identifier after ','`)
  }
}

function parseOne(tokens: Tokens): Requirement {
  try {
    return parseRequirement(tokens)
  } catch (error) {
    throw badSelector(`unable to parse requirement: ${(error as Error).message}`)
  }
}

function parseRequirement(tokens: Tokens): Requirement {
  const first = tokens.next()
  const negated = first.kind === '!'
  const key = negated ? tokens.next() : first
  if (key.kind !== 'identifier') throw badSelector(`found '${key.text}', expected: identifier`)
  requireValidKey(key.text)
  const after = tokens.peek()
  if (negated) return requirement(key.text, '!', [])
  if (after.kind === 'end' || after.kind === ',') return requirement(key.text, 'exists', [])
  const token = tokens.next('operator')
  const operator = binary[token.kind]
  if (!operator) throw badSelector(`found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`)
  const values =
    operator === 'in' || operator === 'notin' ? parseValues(tokens) : [parseValue(tokens)]
  return requirement(key.text, operator, values)
}

function parseValue(tokens: Tokens): string {
  const next = tokens.peek()
  if (next.kind === 'end' || next.kind === ',') return ''
  tokens.next()
  if (next.kind !== 'identifier') throw badSelector(`found '${next.text}', expected: identifier`)
  return next.text
}

/** `(a,b)`; an empty place between commas is the empty value. */
function parseValues(tokens: Tokens): string[] {
  const open = tokens.next()
  if (open.kind !== '(') throw badSelector(`found '${open.text}' expected: '('`)
  const first = tokens.peek()
  if (first.kind === ')') {
    tokens.next()
    return []
  }
  if (first.kind !== 'identifier' && first.kind !== ',')
    throw badSelector(`found '${first.text}', expected: ',', ')' or identifier`)
  const values: string[] = []
  for (;;) {
    const token = tokens.next()
    if (token.kind === 'identifier') values.push(token.text)
    else if (token.kind !== ',')
      throw badSelector(`found '${token.text}', expected: ',', or identifier`)
    else if (!values.length || [',', ')'].includes(tokens.peek().kind)) values.push('')
    const after = tokens.peek()
    if (after.kind === ')') {
      tokens.next()
      return values
    }
    if (token.kind === 'identifier' && after.kind !== ',')
      throw badSelector(`found '${after.text}', expected: ',' or ')'`)
  }
}

interface Tokens {
  /** The next token; `in` and `notin` are words unless an operator is wanted. */
  next(wanted?: 'operator'): Token
  peek(): Token
}

const symbols: readonly string[] = ['(', ')', ',', '!', '=', '==', '!=', '>', '<']

function tokenize(text: string): Tokens {
  const tokens = scan(text)
  let position = 0
  const at = (wanted?: 'operator'): Token => {
    const token = tokens[position] ?? { kind: 'end', text: '' }
    const isWord = token.kind === 'in' || token.kind === 'notin'
    return isWord && wanted !== 'operator' ? { kind: 'identifier', text: token.text } : token
  }
  return {
    peek: () => at(),
    next: wanted => {
      const token = at(wanted)
      position++
      return token
    },
  }
}

function scan(text: string): Token[] {
  const tokens: Token[] = []
  let rest = text.trimStart()
  while (rest) {
    const symbol = [rest.slice(0, 2), rest.slice(0, 1)].find(start => symbols.includes(start))
    const found = symbol ?? /^[^\s=!(),><]+/.exec(rest)?.[0] ?? rest.slice(0, 1)
    const kind = symbol ?? (found === 'in' || found === 'notin' ? found : 'identifier')
    tokens.push({ kind: kind as Kind, text: found })
    rest = rest.slice(found.length).trimStart()
  }
  return tokens
}
