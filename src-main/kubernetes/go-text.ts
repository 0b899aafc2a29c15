/** A number as Go writes a `float64` with `%v`: `0.1`, `1e+06`, `1.5e-07`. */
export function goFloat(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(value)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** JSON as Go writes it: safe within HTML. */
export const goJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** A string as Go writes it with `%q`: what can't be printed is escaped. */
export const goQuoted = (text: string): string =>
  plain.test(text) ? `"${text}"` : `"${text.toWellFormed().replace(toEscape, escaped)}"`

const plain = /^[ !#-[\]-~]*$/
const toEscape = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|["\\]/gu

/** What Go escapes by a letter of its own, and so does CEL. */
export const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

function escaped(letter: string): string {
  const code = letter.codePointAt(0) ?? 0
  const hex = (digits: number) => code.toString(16).padStart(digits, '0')
  const short = shortEscapes[letter]
  if (short) return short
  return code < 0x80 ? `\\x${hex(2)}` : code < 0x1_0000 ? `\\u${hex(4)}` : `\\U${hex(8)}`
}
