import { expect, test } from 'vitest'
import { humanAge, humanDuration } from './duration.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

test.each([
  [-2 * second, '<invalid>'],
  [-1 * second, '0s'],
  [0, '0s'],
  [999, '0s'],
  [1 * second, '1s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [2 * minute + 1 * second, '2m1s'],
  [9 * minute + 59 * second, '9m59s'],
  [10 * minute + 1 * second, '10m'],
  [179 * minute, '179m'],
  [3 * hour, '3h'],
  [3 * hour + 1 * minute, '3h1m'],
  [7 * hour + 59 * minute, '7h59m'],
  [8 * hour + 30 * minute, '8h'],
  [47 * hour, '47h'],
  [48 * hour, '2d'],
  [48 * hour + 1 * hour, '2d1h'],
  [7 * day + 23 * hour, '7d23h'],
  [8 * day + 23 * hour, '8d'],
  [2 * 365 * day, '2y'],
  [2 * 365 * day + 1 * day, '2y1d'],
  [8 * 365 * day + 100 * day, '8y'],
])('%d ms is %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text)
})

test('ages', () => {
  expect(humanAge('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:05:00Z'))).toBe('5m')
  expect(humanAge(undefined, 0)).toBe('<unknown>')
})
