import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findMissing } from './lockfile.mjs'

test('package-lock.json names the optional packages of every platform, or npm ci refuses it', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  expect(findMissing(packages)).toEqual({})
})

test('findMissing adds what is nowhere in reach, for the platform in its name', () => {
  const packages = {
    'node_modules/tool': {
      dev: true,
      optionalDependencies: { '@tool/linux-x64-musl': '1.0.0', '@tool/darwin-arm64': '1.0.0' },
    },
    'node_modules/a/node_modules/b': { optionalDependencies: { near: '1.0.0', far: '1.0.0' } },
    'node_modules/a/node_modules/near': { version: '1.0.0' },
    'node_modules/far': { version: '1.0.0' },
    'node_modules/@tool/darwin-arm64': { version: '1.0.0' },
  }
  expect(findMissing(packages)).toEqual({
    'node_modules/@tool/linux-x64-musl': {
      version: '1.0.0',
      cpu: ['x64'],
      libc: ['musl'],
      os: ['linux'],
      dev: true,
      optional: true,
    },
  })
})
