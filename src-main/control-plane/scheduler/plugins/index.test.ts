import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { plugins } from './index.ts'

test('every plugin of this folder is listed in index.ts', () => {
  const there = readdirSync(import.meta.dirname)
    .filter(name => !/^index|\.test\.ts$/.test(name))
    .map(name => name.replace('.ts', '').replaceAll('-', ''))
  const listed = plugins.map(({ name }) => name.toLowerCase())
  expect(listed.sort()).toEqual(there.sort())
})
