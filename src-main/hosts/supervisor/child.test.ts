import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { forkNode, memoryOptions } from './child.ts'

test('our processes run under flags that leave code compiled without them valid', () => {
  const tag = (...flags: string[]) =>
    execFileSync(process.execPath, [...flags, '-p', 'v8.cachedDataVersionTag()'], {
      encoding: 'utf8',
    })
  expect(tag(...memoryOptions)).toBe(tag())
  expect(tag(...memoryOptions, '--expose-gc')).not.toBe(tag())
})

test('a process of ours allocates in two places, whatever the number of its threads', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'child-'))
  const program = path.join(directory, 'child.mjs')
  await writeFile(program, 'process.send(process.env.MALLOC_ARENA_MAX); process.disconnect()')
  const child = forkNode<string, never>(program, [], 'test')
  const said = new Promise(resolve => child.onMessage(resolve))
  await child.exited
  expect(await said).toBe('2')
  await rm(directory, { recursive: true })
})
