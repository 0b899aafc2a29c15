import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { memoryOptions } from './child.ts'

test('our processes run under flags that leave code compiled without them valid', () => {
  const tag = (...flags: string[]) =>
    execFileSync(process.execPath, [...flags, '-p', 'v8.cachedDataVersionTag()'], {
      encoding: 'utf8',
    })
  expect(tag(...memoryOptions)).toBe(tag())
  expect(tag(...memoryOptions, '--expose-gc')).not.toBe(tag())
})
