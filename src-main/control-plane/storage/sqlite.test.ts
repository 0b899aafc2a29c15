import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { type Damage, openSqliteStore } from './sqlite.ts'
import { DamagedStoreError, NewerSchemaError, StorageError } from './storage-errors.ts'
import type { Revision } from './store.ts'
import { bytes, none, storeConformance, take, text } from './store-conformance.ts'

const directory = mkdtempSync(path.join(tmpdir(), 'slipway-sqlite-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
let files = 0
const newFile = () => path.join(directory, `${++files}`, 'state.db')

storeConformance('sqlite', () => openSqliteStore({ file: newFile() }))

const filled = async (count = 200) => {
  const file = newFile()
  await using store = await openSqliteStore({ file })
  await Promise.all(
    Array.from({ length: count }, (_, n) => store.put(`/${n}`, bytes(`${n} `.repeat(900)), none)),
  )
  return file
}

describe('a database that is opened again', () => {
  test('holds the same objects, revisions and history', async () => {
    const file = newFile()
    const first = await openSqliteStore({ file })
    const one = await first.put('a', bytes('one'), none)
    const two = await first.put('a', bytes('two'), one)
    await first.delete('a', two)
    await first.put('b', bytes('b'), none)
    const before = await first.range({ prefix: '' })
    await first[Symbol.asyncDispose]()
    await using second = await openSqliteStore({ file })
    expect(await second.range({ prefix: '' })).toEqual(before)
    expect(text((await second.get('a', two))?.value)).toBe('two')
    const events = await take(second.watch('', none, new AbortController().signal), 4)
    expect(events.map(event => `${event.type} ${event.key} ${event.revision}`)).toEqual([
      'put a 1',
      'put a 2',
      'delete a 3',
      'put b 4',
    ])
  })

  test('gives out no revision again, even when compaction took the newest entry', async () => {
    const file = newFile()
    const first = await openSqliteStore({ file })
    const put = await first.put('a', bytes('one'), none)
    const deleted = await first.delete('a', put)
    await first.compact(deleted)
    await first[Symbol.asyncDispose]()
    await using second = await openSqliteStore({ file })
    expect([await second.revision(), await second.compacted()]).toEqual([deleted, deleted])
    expect(await second.put('a', bytes('two'), none)).toBe(deleted + 1)
  })

  test('lost what was compacted, from the file too', async () => {
    const file = newFile()
    const first = await openSqliteStore({ file })
    let revision = none
    for (let n = 0; n < 10; n++) revision = await first.put('a', bytes(`${n}`), revision)
    await first.compact((revision - 2) as Revision)
    await first[Symbol.asyncDispose]()
    const database = new DatabaseSync(file, { readOnly: true })
    expect(database.prepare('SELECT revision FROM log').all()).toHaveLength(3)
    database.close()
  })

  test('is for its owner only, and for one process', async () => {
    const file = newFile()
    await using _store = await openSqliteStore({ file })
    for (const name of readdirSync(path.dirname(file))) {
      expect(statSync(path.join(path.dirname(file), name)).mode & 0o077).toBe(0)
    }
    const second = openSqliteStore({ file })
    await expect(second).rejects.toThrow(`${file} is in use by another process`)
  })
})

describe('a file that can not be used', () => {
  const damage = {
    'bytes overwritten in the middle': (file: string) => {
      const contents = readFileSync(file)
      contents.fill('garbage!', 100_000, 140_000)
      writeFileSync(file, contents)
    },
    'cut short': (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 100_000)),
    'not a database': (file: string) => writeFileSync(file, 'x'.repeat(10_000)),
    'one value changed': (file: string) => {
      const contents = readFileSync(file)
      contents.write('Z', contents.indexOf('150 150 150 '))
      writeFileSync(file, contents)
    },
  }

  test.for(Object.entries(damage))('damaged: %s; it is kept aside and said', async ([_, harm]) => {
    const file = await filled()
    harm(file)
    const contents = readFileSync(file)
    await expect(openSqliteStore({ file })).rejects.toThrow(DamagedStoreError)
    const told: Damage[] = []
    const now = () => Date.UTC(2026, 0, 2, 3, 4, 5)
    await using store = await openSqliteStore({ file, onDamaged: d => told.push(d), now })
    expect(told).toMatchObject([{ file, keptAt: `${file}.damaged-20260102T030405Z` }])
    expect(readFileSync(told[0]?.keptAt ?? '').equals(contents)).toBe(true)
    expect((await store.range({ prefix: '' })).items).toEqual([])
    expect(await store.put('a', bytes('works'), none)).toBe(1)
  })

  const altered = async (sql: string) => {
    const file = await filled(1)
    const database = new DatabaseSync(file)
    database.exec(sql)
    database.close()
    return file
  }

  test('of a newer format: refused, left as it is', async () => {
    const file = await altered('PRAGMA user_version = 7')
    const before = readFileSync(file)
    const opening = openSqliteStore({ file, onDamaged: () => expect.unreachable() })
    await expect(opening).rejects.toThrow(NewerSchemaError)
    await expect(opening).rejects.toThrow(/newer version of Slipway \(format 7; .*up to 1\)/)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test('of another program: refused', async () => {
    const file = await altered('PRAGMA application_id = 1')
    const opening = openSqliteStore({ file, onDamaged: () => expect.unreachable() })
    await expect(opening).rejects.toThrow('is a database of another program')
  })

  test('in a place that can not be written: a clear error', async () => {
    const file = newFile()
    await (await openSqliteStore({ file }))[Symbol.asyncDispose]()
    const opening = openSqliteStore({ file: path.join(file, 'below-a-file', 'state.db') })
    await expect(opening).rejects.toThrow(StorageError)
    await expect(opening).rejects.toThrow(/can't be used to keep objects .* choose another/)
    if (process.getuid?.() === 0) return // for whom permissions don't count
    chmodSync(file, 0o400)
    await expect(openSqliteStore({ file })).rejects.toThrow(/can't be used to keep objects/)
  })
})
