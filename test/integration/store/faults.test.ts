import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSqliteStore } from '#control-plane/storage/sqlite.ts'
import type { FaultReport } from './faulty.ts'
import { canTrace, full, output, program, temporaryDirectory } from './processes.ts'

/** Runs the faulty process with the given system calls failing, and answers what it saw. */
async function runWith(file: string, ...injections: string[]): Promise<FaultReport> {
  const watched = [file, `${file}-wal`, path.dirname(file)].flatMap(name => ['-P', name])
  const text = await output('strace', [
    ...['-f', '-qq', '-o', path.join(path.dirname(path.dirname(file)), 'trace'), ...watched],
    ...['-e', 'trace=pwrite64,fsync,fdatasync,ftruncate,pread64,read'],
    ...injections.flatMap(injection => ['-e', `inject=${injection}`]),
    ...[process.execPath, program('faulty.ts'), file],
  ])
  return JSON.parse(text) as FaultReport
}

/** What must hold whatever failed: clear errors, no revision twice, everything acknowledged readable then and later. */
async function expectSound(file: string, report: FaultReport): Promise<void> {
  const errors = [...report.failures, ...(report.opening ? [report.opening] : [])]
  for (const { name, message } of errors) {
    expect(['StorageError', 'StorageFullError']).toContain(name)
    expect(message).toContain(file)
  }
  const revisions = report.acknowledged.map(([, revision]) => revision)
  expect(new Set(revisions).size).toBe(revisions.length)
  expect(report.unreadable).toEqual([])
  await using store = await openSqliteStore({ file })
  for (const [key, revision] of report.acknowledged) {
    const held = await store.get(key)
    expect(held?.revision).toBe(revision)
    expect(held?.value.byteLength).toBe(key.length * 400)
  }
}

const calls = ['pwrite64', 'fsync', 'fdatasync', 'ftruncate'] as const

describe.skipIf(!canTrace)('a disk that fails', () => {
  test('without a fault everything is acknowledged, and every kind of call is counted', async () => {
    using directory = temporaryDirectory()
    const file = directory.file('data/state.db')
    const report = await runWith(file)
    expect(report).toMatchObject({ failures: [], unreadable: [] })
    expect(report.acknowledged).toHaveLength(36)
  })

  test.for(['ENOSPC', 'EIO'])(
    '%s at each single write and sync loses nothing',
    {
      timeout: 600_000,
    },
    async error => {
      using counted = temporaryDirectory()
      await runWith(counted.file('data/state.db'))
      const trace = readFileSync(counted.file('trace'), 'utf8')
      const stride = full ? 1 : 9
      let failed = 0
      for (const call of calls) {
        const count = trace.split(`${call}(`).length - 1
        for (let nth = 1; nth <= count; nth += stride) {
          using directory = temporaryDirectory()
          const file = directory.file('data/state.db')
          const report = await runWith(file, `${call}:error=${error}:when=${nth}`)
          await expectSound(file, report)
          failed += report.failures.length + (report.opening ? 1 : 0)
          // One fault is over at the next attempt, so all writes got through, unless the store didn't even open.
          if (!report.opening) expect(report.acknowledged).toHaveLength(36)
        }
      }
      expect(failed).toBeGreaterThan(3)
    },
  )

  test('a full disk fails writes by name, leaves the store readable, and is over when there is room', async () => {
    using directory = temporaryDirectory()
    const file = directory.file('data/state.db')
    const report = await runWith(file, 'pwrite64:error=ENOSPC:when=40..60')
    await expectSound(file, report)
    expect(report.failures.length).toBeGreaterThan(5)
    expect(new Set(report.failures.map(failure => failure.name))).toEqual(
      new Set(['StorageFullError']),
    )
    expect(report.failures[0]?.message).toMatch(/no space is left for .*free some/)
    expect(report.acknowledged.at(-1)?.[0]).toMatch(/^11\//)
  })

  test('a disk that stays full still serves what was stored', async () => {
    using directory = temporaryDirectory()
    const file = directory.file('data/state.db')
    const report = await runWith(file, 'pwrite64:error=ENOSPC:when=40+')
    await expectSound(file, report)
    expect(report.opening).toBeUndefined()
    expect(report.acknowledged.length).toBeGreaterThan(3)
    expect(report.acknowledged.length).toBeLessThan(36)
  })

  test('a disk that can not be read is a clear error and not called damage', async () => {
    using directory = temporaryDirectory()
    const file = directory.file('data/state.db')
    await runWith(file)
    const report = await runWith(file, 'pread64:error=EIO:when=3+', 'read:error=EIO')
    expect(report.opening).toMatchObject({ name: 'StorageError' })
    await expectSound(file, report)
  })
})
