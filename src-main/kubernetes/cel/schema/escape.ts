import { keywords, reserved } from '../syntax/words.ts'

const symbols: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
}

/**
 * The name of a field in expressions: `a-b` is `a__dash__b`, `namespace` is `__namespace__`. Undefined for a field that
 * no expression can name.
 */
export function escapeField(name: string): string | undefined {
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined
  if (keywords.has(name) || reserved.has(name)) return `__${name}__`
  return name.replaceAll(/__|[./-]/g, symbol => symbols[symbol] ?? symbol)
}
