import { expect, test, vi } from 'vitest'
import type { TableRow } from '../../src-main/contract/tables.ts'
import { SortedRows } from './sorted-rows.ts'

const row = (name: string, weight = 0): TableRow => ({
  uid: name,
  name,
  created: '2026-01-01T00:00:00Z',
  cells: [weight],
})
const weightOf = ({ cells }: TableRow) => Number(cells[0])
const byWeight = (a: TableRow, b: TableRow) =>
  weightOf(a) - weightOf(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

test('a row comes, moves and goes, and it is said whether anything moved', () => {
  const rows = new SortedRows([row('a', 1), row('c', 3)], byWeight)
  expect(rows.put(row('b', 2))).toBe(true)
  expect(rows.uids).toEqual(['a', 'b', 'c'])
  expect(rows.put(row('b', 2.5))).toBe(false)
  expect(rows.put(row('b', 4))).toBe(true)
  expect(rows.uids).toEqual(['a', 'c', 'b'])
  expect(rows.remove('c')).toBe(true)
  expect(rows.remove('c')).toBe(false)
  expect(rows.uids).toEqual(['a', 'b'])
})

test('a row among ten thousand is placed with few comparisons, and a filter with none', () => {
  const compare = vi.fn(byWeight)
  const rows = new SortedRows(
    Array.from({ length: 10_000 }, (_, at) => row(`r${at}`, at)),
    compare,
  )
  compare.mockClear()
  rows.put(row('r42', 9_000.5))
  expect(compare.mock.calls.length).toBeLessThan(60)
  compare.mockClear()
  expect(rows.filter(({ name }) => name.endsWith('77')).uids).toHaveLength(100)
  expect(compare).not.toHaveBeenCalled()
})

test('a row is found although what rows are compared by moved under them', () => {
  const weights = new Map([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ])
  const rows = new SortedRows(
    [...weights.keys()].map(name => row(name)),
    (a, b) => (weights.get(a.name) ?? 0) - (weights.get(b.name) ?? 0),
  )
  weights.set('a', 9)
  expect(rows.remove('a')).toBe(true)
  expect(rows.uids).toEqual(['b', 'c'])
})
