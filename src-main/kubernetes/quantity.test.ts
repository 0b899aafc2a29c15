import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addQuantities,
  bytesQuantity,
  canonicalQuantity,
  canonicalResourceAmount,
  compareQuantities,
  milliQuantity,
  parseQuantity,
  quantityMilliValue,
  quantityProblem,
  quantityValue,
  subtractQuantities,
} from './quantity.ts'

describe('canonical form', () => {
  test.each([
    ['0', '0'],
    ['0.0', '0'],
    ['0Mi', '0'],
    ['1', '1'],
    ['1000m', '1'],
    ['0.1', '100m'],
    ['1.5', '1500m'],
    ['1500', '1500'],
    ['1000', '1k'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['512Ki', '512Ki'],
    ['0.5Ki', '512'],
    ['0.1Mi', '104857600m'],
    ['1023', '1023'],
    ['1024', '1024'],
    ['1e3', '1e3'],
    ['12e6', '12e6'],
    ['1E', '1E'],
    ['100u', '100u'],
    ['1n', '1n'],
    ['0.1n', '1n'],
    ['-1.5', '-1500m'],
    ['.5', '500m'],
    ['5.', '5'],
    ['+3', '3'],
    ['10Ei', '8Ei'],
  ])('%s is %s', (text, canonical) => {
    if (text === '10Ei') expect(quantityValue(canonicalQuantity(text))).toBe(2 ** 63)
    else expect(canonicalQuantity(text)).toBe(canonical)
  })

  test('amounts of resources are rounded up to thousandths', () => {
    expect(canonicalResourceAmount('100u')).toBe('1m')
    expect(canonicalResourceAmount('0.1Ki')).toBe('102400m')
    expect(canonicalResourceAmount(2)).toBe('2')
  })
})

describe('errors', () => {
  test.each(['', 'x', '1 Gi', '1..2', '--1', '.', '0x10', '1KI'])('%j is no quantity', text => {
    expect(parseQuantity(text)).toBeUndefined()
    expect(quantityProblem(text)).toBe(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    )
  })
  test.each(['1ki', '1mi', '1e', '1K'])('%j has an unknown suffix', text => {
    expect(quantityProblem(text)).toBe("unable to parse quantity's suffix")
    expect(() => canonicalQuantity(text)).toThrow(text)
  })
})

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

describe('arithmetic', () => {
  test('compares across suffixes', () => {
    expect(compareQuantities('1Gi', '1G')).toBe(1)
    expect(compareQuantities('1000m', '1')).toBe(0)
    expect(compareQuantities('-1', '0')).toBe(-1)
    expect(compareQuantities('999Mi', '1Gi')).toBe(-1)
  })
  test('adds and subtracts in the first one’s family', () => {
    expect(addQuantities('100m', '0.4')).toBe('500m')
    expect(addQuantities('512Mi', '512Mi')).toBe('1Gi')
    expect(addQuantities('0', '1Gi')).toBe('1Gi')
    expect(subtractQuantities('1', '250m')).toBe('750m')
  })
  test('numbers', () => {
    expect(quantityMilliValue('1.2')).toBe(1200)
    expect(quantityValue('1500m')).toBe(2)
    expect(milliQuantity(1500)).toBe('1500m')
    expect(bytesQuantity(3 * 2 ** 30)).toBe('3Gi')
  })
  test('canonical forms are fixed points and keep their value', () => {
    const suffix = fc.constantFrom('', 'm', 'k', 'M', 'Ki', 'Mi', 'Gi', 'e2', 'u', 'n')
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), suffix, (number, unit) => {
        const text = `${number}${unit}`
        const canonical = canonicalQuantity(text)
        expect(canonicalQuantity(canonical)).toBe(canonical)
        expect(compareQuantities(text, canonical)).toBe(0)
        expect(addQuantities(text, subtractQuantities('0', text))).toBe('0')
      }),
    )
  })
})
