import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { resources } from './index.ts'

const kindFiles = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter(({ name }) => !/^(index|define-resource)[.]|[.]test[.]ts$|^shared$/.test(name))
  .map(({ name }) => name.replace(/[.]ts$/, ''))

test('the index lists every kind in the folder and nothing else', () => {
  expect([...new Set(resources.map(({ plural }) => plural))].sort()).toEqual(kindFiles.sort())
})

test('no two kinds share a path', () => {
  const paths = resources.map(({ group, version, plural }) => `${group}/${version}/${plural}`)
  expect(new Set(paths).size).toBe(paths.length)
})
