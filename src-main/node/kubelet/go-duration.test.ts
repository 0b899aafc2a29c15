import { expect, test } from 'vitest'
import { formatGoDuration } from './go-duration.ts'

test.each([
  [0, '0s'],
  [512, '512ms'],
  [10_000, '10s'],
  [80_000, '1m20s'],
  [300_000, '5m0s'],
  [3_600_000, '1h0m0s'],
  [1234, '1.234s'],
])('formatGoDuration writes %d ms as %s', (ms, text) => {
  expect(formatGoDuration(ms)).toBe(text)
})
