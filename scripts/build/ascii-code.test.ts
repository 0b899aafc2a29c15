import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { toAscii } from './ascii-code.ts'

const samples = [
  "'a − b, π and 🚢'",
  '`on µs − \\n \\\\π`',
  "'\\π' + '\\\\π'",
  "'1µs 2μs'.replace(/[µμ]/g, 'u')",
  "'🚢−x'.match(/^[🚢⚓]−(.)$/u)[1]",
  "/\\π\\\\/.test('π\\\\')",
  '({ größe: 3 }).größe',
]

test.each(samples)('%s means the same in ASCII', code => {
  const ascii = toAscii(code)
  expect(ascii).toMatch(/^[\0-\x7f]*$/)
  expect(runInNewContext(ascii)).toEqual(runInNewContext(code))
})

test('a raw template keeps its text', () => {
  const code = "String.raw`a \\` π` + 'π'"
  expect(runInNewContext(toAscii(code))).toBe('a \\` ππ')
})
