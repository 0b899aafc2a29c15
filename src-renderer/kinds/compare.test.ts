import { expect, test } from 'vitest'
import type { TableRow } from '../../src-main/contract/tables.ts'
import { compareCells, filterWords, matchesFilter, parseDuration, rowComparer } from './compare.ts'
import { splitName } from './names.ts'
import { glyphOf } from './status.ts'

const row = (name: string, part: Partial<TableRow> = {}): TableRow => ({
  uid: name,
  name,
  created: '2026-01-01T00:00:00Z',
  cells: [name],
  ...part,
})

test('trouble comes first, the worst at the top', () => {
  const rows = [
    row('fine', { status: { word: 'Running', tone: 'ok' } }),
    row('done', { status: { word: 'Completed', tone: 'idle' } }),
    row('slow', { status: { word: 'Pending', tone: 'warn' } }),
    row('broken', { status: { word: 'Error', tone: 'bad' } }),
  ]
  const compare = rowComparer({ column: 'Status', descending: true }, () => -1)
  expect(rows.sort(compare).map(({ name }) => name)).toEqual(['broken', 'slow', 'fine', 'done'])
})

test('cells that hold moments are ordered as ages', () => {
  const [early, late] = ['2026-01-01T10:00:00Z', '2026-01-01T10:00:01.500000Z']
  expect([early, late].sort(compareCells)).toEqual([late, early])
})

test('the older row has the larger age', () => {
  const old = row('old', { created: '2020-01-01T00:00:00Z' })
  const compare = rowComparer({ column: 'Age', descending: false }, () => -1)
  expect([old, row('new')].sort(compare).map(({ name }) => name)).toEqual(['new', 'old'])
})

test.each([
  ['24s', 24_000],
  ['3m10s', 190_000],
  ['5d2h', 439_200_000],
  ['2m ago', 120_000],
  ['12', undefined],
  ['m5', undefined],
])('%s lasts %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test('cells compare by what they mean', () => {
  expect(compareCells(9, 10)).toBeLessThan(0)
  expect(compareCells('90s', '2m')).toBeLessThan(0)
  expect(compareCells('11 (2m ago)', '4 (1m ago)')).toBeGreaterThan(0)
  expect(compareCells('cart-2', 'cart-10')).toBeLessThan(0)
})

test('every word of a filter must be found', () => {
  const cart = row('cart-1', { namespace: 'shop', labels: { app: 'cart' } })
  expect(matchesFilter(cart, filterWords('CART shop'))).toBe(true)
  expect(matchesFilter(cart, filterWords('app=cart'))).toBe(true)
  expect(matchesFilter(cart, filterWords('cart payments'))).toBe(false)
})

test('generated parts of a name are told from what a person wrote', () => {
  expect(
    splitName({
      name: 'checkout-api-7d9c-x2k8p',
      owner: { kind: 'ReplicaSet', name: 'checkout-api-7d9c' },
    }),
  ).toEqual({
    base: 'checkout-api',
    middle: '-7d9c',
    hash: '-x2k8p',
  })
  expect(splitName({ name: 'db-0', owner: { kind: 'StatefulSet', name: 'db' } }).base).toBe('db-0')
  expect(splitName({ name: 'alone' }).base).toBe('alone')
})

test('states of one tone differ in outline', () => {
  const shapes = ['Pending', 'Terminating', 'Not ready', 'Warning'].map(
    word => glyphOf({ word, tone: 'warn' }).shape,
  )
  expect(new Set(shapes).size).toBe(4)
  expect(glyphOf({ word: 'Completed', tone: 'idle' }).shape).toBe('tick')
  expect(glyphOf({ word: 'Unknown', tone: 'idle' }).shape).toBe('dashed')
})
