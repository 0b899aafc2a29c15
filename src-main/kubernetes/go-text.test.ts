import { expect, test } from 'vitest'
import { goFloat, goJson, goQuoted } from './go-text.ts'

test.each([
  [0, '0'],
  [-0.5, '-0.5'],
  [123456.5, '123456.5'],
  [1234567.5, '1.2345675e+06'],
  [1_000_000, '1e+06'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.5e-7, '1.5e-07'],
  [1e21, '1e+21'],
])('%d is written as Go does', (value, text) => {
  expect(goFloat(value)).toBe(text)
})

test.each([
  ['plain text', '"plain text"'],
  ['"\\', String.raw`"\"\\"`],
  ['\u0007\b\f\n\r\t\v', String.raw`"\a\b\f\n\r\t\v"`],
  ['\u0000\u001b\u007f', String.raw`"\x00\x1b\x7f"`],
  ['é🙂\u0301', '"é🙂\u0301"'],
  ['\u00a0\u2028\u{e0001}', String.raw`"\u00a0\u2028\U000e0001"`],
  ["it's", `"it's"`],
])('%j is quoted as Go does', (text, quoted) => {
  expect(goQuoted(text)).toBe(quoted)
})

test('JSON is written as Go does', () => {
  expect(goJson({ a: '<&>\u2028' })).toBe(String.raw`{"a":"\u003c\u0026\u003e\u2028"}`)
})
