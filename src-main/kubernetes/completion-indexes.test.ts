import { expect, test } from 'vitest'
import { formatIndexes, indexSet, parseIndexes } from './completion-indexes.ts'

test('indexes are written as runs of three and more', () => {
  expect(formatIndexes([5, 0, 1, 3, 4, 9])).toBe('0,1,3-5,9')
  expect(formatIndexes([])).toBe('')
})

test('indexSet reads what formatIndexes writes, up to the completions', () => {
  expect([...indexSet('0,1,3-5,9', 100)]).toEqual([0, 1, 3, 4, 5, 9])
  expect([...indexSet('0,1,3-5,9', 5)]).toEqual([0, 1, 3, 4])
  expect([...indexSet(undefined, 5)]).toEqual([])
})

test.each([
  ['x', 'cannot convert string to integer for index: "x"'],
  ['5', 'too large index: "5"'],
  ['1,1', 'non-increasing order, previous: 1, current: 1'],
  ['3-2', 'non-increasing order, previous: 3, current: 2'],
  [
    '1-2-3',
    `the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`,
  ],
])('parseIndexes refuses %s', (text, problem) => {
  expect(() => parseIndexes(text, 5)).toThrow(problem)
})
