import type { Plugin } from 'vite'

/**
 * Writes every character outside of ASCII as an escape. A single one beyond Latin-1 has V8 hold the text of its whole
 * file, for as long as the program runs, in two bytes a character.
 */
export function asciiCode(): Plugin {
  return {
    name: 'slipway:ascii-code',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') file.code = toAscii(file.code)
      }
    },
  }
}

const rawTemplate = /String\.raw`(?:[^`\\]|\\[\s\S])*`/
const asciiEscape = /\\[\0-\x7f]/
const beyondAscii = /\\?([^\0-\x7f])/
const parts = new RegExp(
  [rawTemplate, asciiEscape, beyondAscii].map(({ source }) => source).join('|'),
  'g',
)

/** Code that means the same. What is raw stays as it is; names must lie within the basic plane. */
export const toAscii = (code: string): string =>
  code.replace(parts, (text, unit?: string) =>
    unit ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}` : text,
  )
