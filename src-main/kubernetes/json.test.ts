import { expect, test } from 'vitest'
import { cloneJson } from './json.ts'

test('cloneJson copies everything, shares nothing, and takes no name for a prototype', () => {
  const value = JSON.parse('{"a":[1,{"b":null}],"c":"d","__proto__":{"e":true}}')
  Object.freeze(value.a[1])
  const copy = cloneJson(value)
  expect(JSON.stringify(copy)).toBe(JSON.stringify(value))
  copy.a[1].b = 2
  expect(value.a[1].b).toBeNull()
  expect(copy.e).toBeUndefined()
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
})

test('cloneJson copies bytes as bytes', () => {
  const bytes = new Uint8Array([1, 2])
  const copy = cloneJson({ bytes })
  bytes[0] = 9
  expect(copy.bytes).toEqual(new Uint8Array([1, 2]))
})
