import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { DirectoryLock, readHolder } from './directory-lock.ts'
import { lockFile } from './lock-file.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'lock-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('a directory has one holder, who says how to be reached', async () => {
  {
    await using lock = await DirectoryLock.tryAcquire(directory)
    await lock?.describe({ apiServer: 'https://127.0.0.1:6443' })
    expect(await DirectoryLock.tryAcquire(directory)).toBeUndefined()
    expect(await readHolder(directory)).toEqual({
      pid: process.pid,
      apiServer: 'https://127.0.0.1:6443',
    })
    expect((await stat(path.join(directory, 'running.json'))).mode & 0o777).toBe(0o600)
  }
  expect(await readHolder(directory)).toBeUndefined()
  await using again = await DirectoryLock.tryAcquire(directory)
  expect(again).toBeDefined()
})

test('another process keeps us out until it is killed', async () => {
  const module = new URL('./directory-lock.ts', import.meta.url).href
  const program = `const { DirectoryLock } = await import(${JSON.stringify(module)})
    globalThis.lock = await DirectoryLock.tryAcquire(${JSON.stringify(directory)})
    process.stdout.write(globalThis.lock ? 'held' : 'refused')
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [word] = await once(child.stdout, 'data')
  expect(String(word)).toBe('held')
  expect(await DirectoryLock.tryAcquire(directory)).toBeUndefined()
  child.kill('SIGKILL')
  await once(child, 'exit')
  await using lock = await DirectoryLock.tryAcquire(directory)
  expect(lock).toBeDefined()
})

test('a lock file waits for its holder and names what stays', async () => {
  const clock = new FakeClock()
  const file = path.join(directory, 'config')
  const first = await lockFile(file, { clock })
  const refused = lockFile(file, { clock, waitMs: 0 })
  await expect(refused).rejects.toThrow(/config\.lock is held by another program/)
  await first[Symbol.asyncDispose]()
  await using second = await lockFile(file, { clock, waitMs: 0 })
  expect(second).toBeDefined()
})
