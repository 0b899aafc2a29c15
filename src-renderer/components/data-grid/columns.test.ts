import { expect, test } from 'vitest'
import { fitColumns, type GridColumn, noChoice, parseChoice } from './columns.ts'

const column = (id: string, part: Partial<GridColumn<string>> = {}): GridColumn<string> => ({
  id,
  header: id,
  width: 100,
  cell: row => row,
  ...part,
})
const columns = [
  column('name', { flex: 1, width: 160 }),
  column('node', { leavesBelow: 1100 }),
  column('ready', { leavesBelow: 880 }),
  column('selector', { optional: true }),
]
const ids = (width: number, choice = noChoice) =>
  fitColumns(columns, choice, width).visible.map(({ id }) => id)

test('columns leave by rank as the list narrows, and come back', () => {
  expect(ids(1100)).toEqual(['name', 'node', 'ready'])
  expect(ids(1099)).toEqual(['name', 'ready'])
  expect(ids(879)).toEqual(['name'])
  expect(fitColumns(columns, noChoice, 900).lackRoom).toEqual(new Set(['node']))
})

test('what a person chose holds at any width', () => {
  expect(ids(500, { shown: { node: true, selector: true, ready: false }, widths: {} })).toEqual([
    'name',
    'node',
    'selector',
  ])
})

test('a width that was set replaces the flexible one', () => {
  const fitted = fitColumns(columns, { shown: {}, widths: { name: 300 } }, 2000)
  expect(fitted.template).toBe('300px 100px 100px')
  expect(fitted.minWidth).toBe(500)
  expect(fitColumns(columns, noChoice, 2000).template).toBe('minmax(160px, 1fr) 100px 100px')
})

test('columns shrink before they leave', () => {
  const shrinking = [column('name', { width: 160, narrowWidth: 120 }), column('age')]
  expect(fitColumns(shrinking, noChoice, 800).minWidth).toBe(260)
  expect(fitColumns(shrinking, noChoice, 799).minWidth).toBe(220)
})

test('columns that lack room shrink as far as it takes, and only then leave', () => {
  const crowded = [
    column('name', { width: 500, narrowWidth: 396 }),
    column('use', { leavesBelow: 700 }),
    column('node', { leavesBelow: 850 }),
    column('ip', { leavesBelow: 850 }),
    column('status', { width: 168, narrowWidth: 168 }),
  ]
  const at = (width: number, shown = {}) => fitColumns(crowded, { shown, widths: {} }, width)
  expect(at(1002).template).toBe('500px 100px 100px 100px 168px')
  expect(at(952).template).toBe('450px 100px 100px 100px 168px')
  expect(at(902).template).toBe('400px 100px 100px 100px 168px')
  expect(at(901).visible.map(({ id }) => id)).toEqual(['name', 'use', 'status'])
  expect(at(901).lackRoom).toEqual(new Set(['node', 'ip']))
  const chosen = at(901, { ip: true })
  expect(chosen.visible.map(({ id }) => id)).toEqual(['name', 'use', 'ip', 'status'])
  expect(at(720, { ip: true, use: true }).minWidth).toBe(764)
})

test('wider text takes wider columns, and leaves room for fewer', () => {
  const wider = fitColumns(columns, { shown: {}, widths: { ready: 50 } }, 1190, 1.1)
  expect(wider.visible.map(({ id }) => id)).toEqual(['name', 'ready'])
  expect(wider.template).toBe('minmax(176px, 1fr) 50px')
})

test('a last column whose text stands at its end leaves room for the chooser', () => {
  expect(fitColumns([column('age', { align: 'end' })], noChoice, 900).template).toBe('136px')
})

test('a remembered choice of another shape is dropped', () => {
  expect(parseChoice('x')).toEqual(noChoice)
  expect(parseChoice({ shown: { a: true, b: 3 }, widths: { a: 120, b: 'wide' } })).toEqual({
    shown: { a: true },
    widths: { a: 120 },
  })
})
