/** What the language needs of a regular expression: matching in time linear in the text. */
export interface LinearRegex {
  /** Whether a part of the text matches. */
  test(text: string): boolean
  /** The first part that matches, or undefined. */
  find(text: string): string | undefined
  /** The parts that match, at most `limit` of them; no empty one right behind another. */
  findAll(text: string, limit: number): string[]
}

type Engine = typeof import('re2js')

let engine: Engine | undefined
const compiled = new Map<string, LinearRegex | string>()
/** How many letters of expressions are kept compiled; a compiled one is far larger than its text. */
const maxLetters = 200_000
let letters = 0

/**
 * Loads what reads regular expressions. Has to be done before the first one is read, and only then: a cluster without
 * rules does without.
 */
export async function loadRegexEngine(): Promise<void> {
  engine ??= await import('re2js')
}

/**
 * Reads an expression in Go's syntax (RE2); for what is none, answers Go's words for what is wrong:
 * ``error parsing regexp: missing closing ): `(` ``. Throws before the engine is loaded.
 */
export function compileRegex(source: string): LinearRegex | string {
  const known = compiled.get(source)
  if (known !== undefined) return known
  if (!engine) throw new Error('regular expressions are read before their engine is loaded')
  const regex = tryCompile(engine, source)
  letters += source.length
  if (letters > maxLetters) {
    compiled.clear()
    letters = source.length
  }
  compiled.set(source, regex)
  return regex
}

function tryCompile({ RE2JS }: Engine, source: string): LinearRegex | string {
  let pattern: ReturnType<typeof RE2JS.compile>
  try {
    pattern = RE2JS.compile(source)
  } catch (error) {
    const problem = (error as Error).message
    return problem.endsWith('end of expression') ? `${problem}: \`\`` : problem
  }
  return {
    test: text => pattern.test(text),
    find(text) {
      const matcher = pattern.matcher(text)
      return matcher.find() ? (matcher.group() ?? '') : undefined
    },
    findAll(text, limit) {
      const matcher = pattern.matcher(text)
      const found: string[] = []
      let end = -1
      while (found.length < limit && matcher.find()) {
        const part = matcher.group() ?? ''
        if (part || matcher.start() !== end) found.push(part)
        end = matcher.end()
      }
      return found
    },
  }
}
