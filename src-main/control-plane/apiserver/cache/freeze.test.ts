import { expect, test } from 'vitest'
import { deepFreeze, freezeShared } from './freeze.ts'

const made = () => ({
  metadata: { name: 'web', labels: { app: 'web', none: '' } },
  list: ['web', 'x'.repeat(100), 1, null, true, ['web', { deep: 'web' }]],
})

test.each([deepFreeze, freezeShared])('$name changes nothing but that it is frozen', freeze => {
  const value = made()
  expect(freeze(value)).toBe(value)
  expect(value).toEqual(made())
  for (const inner of [value, value.metadata, value.metadata.labels, value.list, value.list[5]]) {
    expect(Object.isFrozen(inner)).toBe(true)
  }
})

test('freezeShared takes any number of different texts', () => {
  for (let n = 0; n < 20_000; n++) freezeShared({ n: `text ${n}` })
  expect(freezeShared({ n: 'text 3' })).toEqual({ n: 'text 3' })
})
