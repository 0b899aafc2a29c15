import { expect, test } from 'vitest'
import { extend, keepExisting, nothing, toggle } from './selection.ts'

const order = ['a', 'b', 'c', 'd']

test('a row is chosen and let go', () => {
  const once = toggle(nothing, 'b')
  expect([...once.keys]).toEqual(['b'])
  expect([...toggle(once, 'b').keys]).toEqual([])
})

test('a range runs from the last row touched, both ways', () => {
  expect([...extend(toggle(nothing, 'b'), order, undefined, 'd').keys]).toEqual(['b', 'c', 'd'])
  expect([...extend(toggle(nothing, 'c'), order, undefined, 'a').keys].sort()).toEqual([
    'a',
    'b',
    'c',
  ])
  expect([...extend(nothing, order, 'b', 'c').keys]).toEqual(['b', 'c'])
})

test('rows that went are no longer chosen', () => {
  const both = toggle(toggle(nothing, 'a'), 'b')
  expect([...keepExisting(both, key => key === 'a').keys]).toEqual(['a'])
  expect(keepExisting(both, () => true)).toBe(both)
})
