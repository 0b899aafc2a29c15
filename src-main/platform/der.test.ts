import { expect, test } from 'vitest'
import * as der from './der.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test.for([
  // ITU-T X.690 §8.19.5, and RFC 8017's sha256WithRSAEncryption and rsadsi
  ['2.999.3', '0603883703'],
  ['1.2.840.113549', '06062a864886f70d'],
  ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
  ['2.5.29.15', '0603551d0f'],
] as const)('object identifier %s', ([dotted, encoded]) => {
  expect(hex(der.objectIdentifier(dotted))).toBe(encoded)
})

test.for([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [256, '04820100'],
  [70_000, '0483011170'],
] as const)('the length of %i bytes', ([length, head]) => {
  const written = der.octetString(Buffer.alloc(length))
  expect(hex(written).slice(0, head.length)).toBe(head)
  expect(written).toHaveLength(head.length / 2 + length)
})

test('a number whose first bit is set stays positive', () => {
  expect(hex(der.integer(Buffer.of(0x80)))).toBe('02020080')
  expect(hex(der.integer(Buffer.of(0x7f)))).toBe('02017f')
})

test('times from 2050 on carry their century', () => {
  expect(der.time(Date.UTC(2049, 11, 31, 23, 59, 59, 999)).toString('latin1', 2)).toBe(
    '491231235959Z',
  )
  expect(der.time(Date.UTC(2050, 0, 1)).toString('latin1', 2)).toBe('20500101000000Z')
})

test('a structure is taken apart again, and one that is cut short is refused', () => {
  const parts = [der.utf8String('a'.repeat(300)), der.truth()]
  const structure = der.sequence(...parts)
  expect(der.partsOf(structure)).toEqual(parts)
  expect(() => der.partsOf(structure.subarray(0, -1))).toThrow('cut short')
})
