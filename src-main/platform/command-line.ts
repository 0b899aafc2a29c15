import { parseArgs } from 'node:util'

/** A mistake on the command line; the message says which and what is right. Ends a program with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The options of a command line, by name: texts and switches that are known, and nothing else. */
export class CommandLine {
  readonly #values: Record<string, string | boolean | undefined>

  /** Throws a `UsageError` for anything that is not in `texts` or `switches`. */
  constructor(args: string[], known: { texts: readonly string[]; switches: readonly string[] }) {
    const options = Object.fromEntries([
      ...known.texts.map(name => [name, { type: 'string' } as const]),
      ...known.switches.map(name => [name, { type: 'boolean' } as const]),
    ])
    try {
      this.#values = parseArgs({ args, options, strict: true, allowPositionals: false })
        .values as Record<string, string | boolean>
    } catch (error) {
      throw new UsageError((error as Error).message.split('. To specify')[0])
    }
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' ? value : undefined
  }

  has(name: string): boolean {
    return this.#values[name] === true
  }

  /** A whole number within bounds; throws a `UsageError` that names the option, the value and the bounds. */
  integer(name: string, bounds: { least: number; most: number }): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < bounds.least || value > bounds.most) {
      throw new UsageError(
        `--${name} ${text}: a whole number from ${bounds.least} to ${bounds.most} is wanted`,
      )
    }
    return value
  }

  /** One of several words; throws a `UsageError` that lists them. */
  oneOf<T extends string>(name: string, words: readonly T[]): T | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const found = words.find(word => word === text)
    if (!found) throw new UsageError(`--${name} ${text}: one of ${words.join(', ')} is wanted`)
    return found
  }

  /** The given ones of several options as arguments for another program. */
  passOn(names: readonly string[]): string[] {
    return names.flatMap(name => {
      const value = this.#values[name]
      if (value === undefined || value === false) return []
      return value === true ? [`--${name}`] : [`--${name}`, value]
    })
  }
}

/** The arguments that are among the known options; a desktop's launchers add options of their own. */
export function knownArguments(
  args: readonly string[],
  known: { texts: readonly string[]; switches: readonly string[] },
): string[] {
  const kept: string[] = []
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    const [name = '', value] = arg.split('=', 2)
    const isText = known.texts.some(text => name === `--${text}`)
    if (isText && value === undefined && args[at + 1] !== undefined) {
      kept.push(arg, args[++at] ?? '')
    } else if (isText || known.switches.some(text => arg === `--${text}`)) kept.push(arg)
  }
  return kept
}
