import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildUnlessStamped, stampOf } from './source-stamp.mjs'

let top: string
beforeEach(async () => {
  top = await mkdtemp(path.join(os.tmpdir(), 'stamp-'))
  await mkdir(path.join(top, 'src'))
  await write('package-lock.json', '{}')
  await write('src/a.ts', 'one')
})
afterEach(() => rm(top, { recursive: true }))

const write = (file: string, text: string) => writeFile(path.join(top, file), text)
const stamp = () => stampOf(top, ['src'])

test.for([
  ['the content of a source, its size and times kept', () => write('src/a.ts', 'two')],
  ['a further source', () => write('src/b.ts', '')],
  ['a source that is gone', () => rm(path.join(top, 'src/a.ts'))],
  ['the versions of packages', () => write('package-lock.json', '{ }')],
] as const)('the stamp tells %s', async ([, change]) => {
  const file = path.join(top, 'src/a.ts')
  await utimes(file, 1, 1)
  const before = stamp()
  await change()
  await utimes(file, 1, 1).catch(() => {})
  expect(stamp()).not.toBe(before)
})

test('the stamp leaves out tests and times', async () => {
  const before = stamp()
  await write('src/a.test.ts', 'expect()')
  await utimes(path.join(top, 'src/a.ts'), 1, 1)
  expect(stamp()).toBe(before)
})

test('what was built is built again for another stamp, after a failure, and when the build is gone', async () => {
  const file = path.join(top, 'out', '.stamp')
  let builds = 0
  const build = (outcome = true) => {
    builds++
    return outcome
  }
  expect(buildUnlessStamped(file, 'a', () => build(false))).toBe(false)
  for (const one of ['a', 'a', 'b', 'b']) expect(buildUnlessStamped(file, one, build)).toBe(true)
  expect(builds).toBe(3)
  await rm(path.dirname(file), { recursive: true })
  buildUnlessStamped(file, 'b', build)
  expect(builds).toBe(4)
})
