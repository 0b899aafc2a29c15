import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { controllers } from './index.ts'

const notControllers = new Set(['shared', 'index', 'define-controller'])

test('every file or folder of this folder is a controller of its name, listed in index.ts', () => {
  const there = readdirSync(import.meta.dirname)
    .filter(name => !name.endsWith('.test.ts'))
    .map(name => name.replace('.ts', ''))
    .filter(name => !notControllers.has(name))
  const listed = controllers.map(({ name }) => name.replace(/-controller$/, ''))
  expect(listed.sort()).toEqual(there.sort())
})
