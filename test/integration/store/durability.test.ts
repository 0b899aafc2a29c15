import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openSqliteStore } from '#control-plane/storage/sqlite.ts'
import { canTrace, collect, full, output, program, temporaryDirectory } from './processes.ts'
import { earlyAcknowledgements } from './wal-trace.ts'

const rounds = full ? 50 : 10

test(`${rounds} rounds of kill -9 under load lose no acknowledged write`, {
  timeout: 300_000,
}, async () => {
  using directory = temporaryDirectory()
  const file = directory.file('state.db')
  const acknowledged = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    const options = JSON.stringify({ file, writers: 16, count: 1e9, round })
    const child = spawn(process.execPath, [program('writer.ts'), options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const printed = collect(child)
    const closed = once(child, 'close')
    const bytes = 1000 + Math.floor(Math.random() * 30_000)
    while (printed().length < bytes && child.exitCode === null) {
      await Promise.race([once(child.stdout, 'data'), closed])
    }
    expect(child.exitCode).toBeNull()
    child.kill('SIGKILL')
    await closed
    const complete = printed().slice(0, printed().lastIndexOf('\n'))
    for (const line of complete.split('\n')) {
      const [, key = '', revision] = line.split(' ')
      acknowledged.set(key, Number(revision))
    }
    await using store = await openSqliteStore({ file })
    const { items } = await store.range({ prefix: '' })
    const held = new Map(items.map(item => [item.key, item]))
    const lost = [...acknowledged].filter(([key, revision]) => held.get(key)?.revision !== revision)
    expect(lost).toEqual([])
    expect(new Set(items.map(item => item.revision)).size).toBe(items.length)
    for (const { key, value } of items) {
      expect(Buffer.from(value.subarray(0, key.length)).toString()).toBe(key)
    }
  }
  expect(acknowledged.size).toBeGreaterThan(rounds * 40)
})

describe.skipIf(!canTrace)('the trace of system calls', () => {
  const traced = async (synchronous?: 'OFF') => {
    using directory = temporaryDirectory()
    const file = directory.file('state.db')
    const options = { file, writers: 4, count: 150, round: 0, ...(synchronous && { synchronous }) }
    await output('strace', [
      ...['-f', '-qq', '-xx', '-s', '9000', '-o', directory.file('trace')],
      ...['-e', 'trace=openat,pwrite64,write,fsync,fdatasync'],
      ...[process.execPath, program('writer.ts'), JSON.stringify(options)],
    ])
    return earlyAcknowledgements(readFileSync(directory.file('trace'), 'utf8'))
  }

  test('shows a completed sync between the last byte of every commit and its acknowledgement', async () => {
    expect(await traced()).toEqual({ acknowledged: 150, early: [] })
  })

  test('would show acknowledgements without a sync, as with synchronous=OFF', async () => {
    const { acknowledged, early } = await traced('OFF')
    expect(acknowledged).toBe(150)
    expect(early.length).toBe(150)
  })
})
