import { expect, test, vi } from 'vitest'
import type { TableRow, TableUpdate } from '../../src-main/contract/tables.ts'
import type { Connection } from './connection.ts'
import { LiveTable } from './live-table.ts'
import { OrderedRows } from './ordered-rows.ts'
import { Store } from './store.ts'

const row = (name: string, word = 'Running'): TableRow => ({
  uid: name,
  name,
  created: '2026-01-01T00:00:00Z',
  cells: [],
  status: { word, tone: word === 'Running' ? 'ok' : 'bad' },
})

/** A live table whose stream the test feeds. */
function makeTable() {
  let item: (update: TableUpdate) => void = () => undefined
  const open = vi.fn()
  const close = vi.fn()
  const connection = {
    state: new Store('open'),
    stream: (_name: string, _input: unknown, sink: { item: typeof item }) => {
      open()
      item = sink.item
      return { [Symbol.dispose]: close }
    },
  } as unknown as Connection
  const input = {
    cluster: 'c',
    resource: { group: '', version: 'v1', resource: 'pods' },
    namespaces: [],
  }
  return {
    table: new LiveTable(connection, input),
    feed: (update: TableUpdate) => item(update),
    open,
    close,
  }
}

const reset = (...rows: TableRow[]): TableUpdate => ({ type: 'reset', columns: [], rows })
const change = (upserts: TableRow[], deletes: string[] = []): TableUpdate => ({
  type: 'change',
  upserts,
  deletes,
})
const failingFirst = {
  accepts: () => true,
  compare: (a: TableRow, b: TableRow) =>
    Number(b.status?.tone === 'bad') - Number(a.status?.tone === 'bad'),
}

test('the watch runs from the first user to the last', () => {
  const { table, open, close } = makeTable()
  const one = table.use()
  const two = table.use()
  expect(open).toHaveBeenCalledTimes(1)
  one[Symbol.dispose]()
  one[Symbol.dispose]()
  expect(close).not.toHaveBeenCalled()
  two[Symbol.dispose]()
  expect(close).toHaveBeenCalledTimes(1)
})

test('only the listeners of a changed row hear of it', () => {
  const { table, feed } = makeTable()
  table.use()
  feed(reset(row('a'), row('b')))
  const heardA = vi.fn()
  const heardB = vi.fn()
  table.subscribeRow('a', heardA)
  table.subscribeRow('b', heardB)
  feed(change([row('a', 'Error')]))
  expect(heardA).toHaveBeenCalledTimes(1)
  expect(heardB).not.toHaveBeenCalled()
  expect(table.row('a')?.status?.word).toBe('Error')
})

test('rows outlive a broken connection and say since when', () => {
  const { table, feed } = makeTable()
  table.use()
  feed(reset(row('a')))
  feed({ type: 'synced' })
  feed({ type: 'stale', message: 'refused', since: 5 })
  expect(table.status.get()).toMatchObject({
    state: 'stale',
    message: 'refused',
    since: 5,
    size: 1,
  })
  feed({ type: 'live' })
  expect(table.status.get()).toEqual({ state: 'live', columns: [], size: 1 })
})

test('a change moves only its own rows, to where they belong', () => {
  const { table, feed } = makeTable()
  table.use()
  feed(reset(row('a'), row('b'), row('c')))
  const rows = new OrderedRows(table, failingFirst)
  rows.order.subscribe(() => undefined)
  expect(rows.order.get().uids).toEqual(['a', 'b', 'c'])
  feed(change([row('c', 'Error'), row('d')], ['b']))
  expect(rows.order.get()).toEqual({ uids: ['c', 'a', 'd'], waiting: false })
})

test('order and membership keep their identity when a change moves nothing', () => {
  const { table, feed } = makeTable()
  table.use()
  feed(reset(row('a'), row('b')))
  const rows = new OrderedRows(table, failingFirst)
  const heard = vi.fn()
  rows.order.subscribe(heard)
  heard.mockClear()
  feed(change([row('a')]))
  expect(heard).not.toHaveBeenCalled()
})

test('a held order keeps rows in their places; gone ones leave, new ones wait at the end', () => {
  const { table, feed } = makeTable()
  table.use()
  feed(reset(row('b'), row('c'), row('d')))
  const rows = new OrderedRows(table, failingFirst)
  rows.order.subscribe(() => undefined)
  rows.hold(true)
  feed(change([row('d', 'Error'), row('a')], ['c']))
  expect(rows.order.get()).toEqual({ uids: ['b', 'd', 'a'], waiting: true })
  rows.hold(false)
  expect(rows.order.get()).toEqual({ uids: ['d', 'a', 'b'], waiting: false })
})

test('many random changes leave the same order as sorting everything', () => {
  const { table, feed } = makeTable()
  table.use()
  const rows = new OrderedRows(table, {
    ...failingFirst,
    accepts: ({ name }) => !name.endsWith('7'),
  })
  feed(reset())
  rows.order.subscribe(() => undefined)
  let seed = 11
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return seed % below
  }
  for (let step = 0; step < 300; step++) {
    const names = new Set(Array.from({ length: 5 }, () => `p${random(60)}`))
    const gone = [...names].filter(() => random(4) === 0)
    const kept = [...names].filter(name => !gone.includes(name))
    feed(
      change(
        kept.map(name => row(name, random(2) ? 'Running' : 'Error')),
        gone,
      ),
    )
  }
  const naive = [...table.rows().values()]
    .filter(({ name }) => !name.endsWith('7'))
    .sort((a, b) => failingFirst.compare(a, b) || (a.name < b.name ? -1 : 1))
  expect(rows.order.get().uids).toEqual(naive.map(({ uid }) => uid))
})

test('what can’t be read is no empty list, until it is read; an empty one that was read only grows old', () => {
  const { table, feed } = makeTable()
  using _use = table.use()
  feed({ type: 'stale', message: 'pods is forbidden', since: 1 })
  expect(table.status.get()).toMatchObject({ state: 'failed', message: 'pods is forbidden' })
  feed(reset())
  feed({ type: 'live' })
  feed({ type: 'synced' })
  expect(table.status.get()).toEqual({ state: 'live', columns: [], size: 0 })
  feed({ type: 'stale', message: 'connection refused', since: 2 })
  expect(table.status.get()).toMatchObject({ state: 'stale', since: 2 })
})
