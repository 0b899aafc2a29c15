const cache = new Map<string, RegExp | undefined>()
const maxCached = 2000

/** Classes and anchors that Go's expressions have and ours lack. */
const translations: readonly [from: RegExp, to: string][] = [
  [/\(\?P</g, '(?<'],
  [/\\A/g, '^'],
  [/\\z/g, '$'],
  [/\[:alnum:\]/g, 'a-zA-Z0-9'],
  [/\[:alpha:\]/g, 'a-zA-Z'],
  [/\[:digit:\]/g, '0-9'],
  [/\[:lower:\]/g, 'a-z'],
  [/\[:upper:\]/g, 'A-Z'],
  [/\[:space:\]/g, '\\s'],
  [/\[:word:\]/g, '\\w'],
  [/\[:xdigit:\]/g, '0-9a-fA-F'],
]

/** A pattern of a schema, in Go's syntax; undefined when it can't be read. */
export function compilePattern(source: string): RegExp | undefined {
  if (cache.has(source)) return cache.get(source)
  const [, flags = '', rest = source] = /^\(\?([imsU]+)\)([\s\S]*)$/.exec(source) ?? []
  const own = translations.reduce((text, [from, to]) => text.replaceAll(from, to), rest)
  const compiled = tryCompile(own, `${flags.replace('U', '')}u`) ?? tryCompile(own, flags)
  if (cache.size >= maxCached) cache.clear()
  cache.set(source, compiled)
  return compiled
}

function tryCompile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags)
  } catch {
    return undefined
  }
}
