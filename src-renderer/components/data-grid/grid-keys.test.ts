import { expect, test } from 'vitest'
import { moveCursor } from './grid-keys.ts'

const size = { rows: 100, columns: 4, page: 20 }

test.each([
  ['ArrowDown', undefined, { row: 0 }],
  ['ArrowDown', { row: 99 }, { row: 99 }],
  ['ArrowUp', { row: 5 }, { row: 4 }],
  ['ArrowUp', { row: 0 }, { head: 0 }],
  ['PageDown', { row: 90 }, { row: 99 }],
  ['PageUp', { row: 30 }, { row: 10 }],
  ['Home', { row: 30 }, { row: 0 }],
  ['End', { row: 30 }, { row: 99 }],
  ['ArrowRight', { head: 3 }, { head: 3 }],
  ['ArrowLeft', { head: 2 }, { head: 1 }],
  ['ArrowDown', { head: 2 }, { row: 0 }],
  ['x', { row: 3 }, undefined],
  ['ArrowRight', { row: 3 }, undefined],
])('%s from %j leads to %j', (key, from, to) => {
  expect(moveCursor(key, from, size)).toEqual(to)
})

test('an empty list has no row to stand on', () => {
  expect(moveCursor('ArrowDown', undefined, { ...size, rows: 0 })).toBeUndefined()
  expect(moveCursor('ArrowDown', { head: 1 }, { ...size, rows: 0 })).toEqual({ head: 1 })
})
