import { expect, test } from 'vitest'
import { compareQuantities, parseQuantity, quantityMilliValue, quantityValue } from './quantity.ts'

test.each([
  ['100m', 100, 1],
  ['1', 1000, 1],
  ['1.5', 1500, 2],
  ['1Ki', 1_024_000, 1024],
  ['1.5Gi', 1_610_612_736_000, 1_610_612_736],
  ['2e3', 2_000_000, 2000],
  ['1E', 1e21, 1e18],
  ['123456789n', 124, 1],
  ['-5', -5000, -5],
])('%s is %d thousandths and %d whole', (text, milli, whole) => {
  expect(quantityMilliValue(text)).toBe(milli)
  expect(quantityValue(text)).toBe(whole)
})

test.each(['', '.', 'Ki', '1.2.3', '1 Gi', '1KI', 'abc', '0x10'])('%j is no quantity', text => {
  expect(parseQuantity(text)).toBeUndefined()
})

test('quantities compare by what they mean', () => {
  expect(compareQuantities('1000m', '1')).toBe(0)
  expect(compareQuantities('1Gi', '1G')).toBe(1)
  expect(compareQuantities('999Mi', '1Gi')).toBe(-1)
})
