import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pluginDefinitions } from './index.ts'

/** What the scheduler itself does under a plugin's name. */
const built = ['PrioritySort', 'DefaultPreemption', 'DefaultBinder']

test('every plugin of this folder is listed in index.ts', () => {
  const there = readdirSync(import.meta.dirname)
    .filter(name => !/^index|\.test\.ts$/.test(name))
    .map(name => name.replace('.ts', '').replaceAll('-', ''))
  const listed = pluginDefinitions.map(({ name }) => name).filter(name => !built.includes(name))
  expect(listed.map(name => name.toLowerCase()).sort()).toEqual(there.sort())
})
