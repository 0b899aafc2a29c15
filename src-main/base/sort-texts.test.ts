import { expect, test } from 'vitest'
import { sortTexts } from './sort-texts.ts'

test.each([0, 1, 2, 3, 7, 12, 13, 40])('%i texts are in the order of sort()', count => {
  const texts = Array.from({ length: count }, (_, index) =>
    String.fromCharCode(65 + ((index * 37) % 50), 0x20ac - ((index * 11) % 7)),
  )
  texts.push(...texts.slice(0, 1), '')
  expect(sortTexts([...texts])).toEqual([...texts].sort())
})
