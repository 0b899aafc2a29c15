import { expect, test } from 'vitest'
import { ageStep, formatCount, formatMs, longAge, plural, shortAge, waitStep } from './format.ts'

test.each([
  [-5, '0s', '0 s'],
  [0, '0s', '0 s'],
  [59_999, '59s', '59 s'],
  [60_000, '1m', '1 min'],
  [3_600_000 * 47, '1d', '1 d'],
  [86_400_000 * 400, '1y', '1 year'],
  [86_400_000 * 1500, '4y', '4 years'],
])('an age of %i ms is %s in a table and %s in prose', (ms, short, long) => {
  expect(shortAge(ms)).toBe(short)
  expect(longAge(ms)).toBe(long)
})

test.each([0, 1, 999, 59_400, 60_000, 61_000, 3_599_000, 3_700_000])(
  'the text of an age of %i ms changes exactly when its step is over',
  ms => {
    const step = ageStep(ms)
    expect(shortAge(ms + step)).not.toBe(shortAge(ms))
    expect(shortAge(ms + step - 1)).toBe(shortAge(ms))
  },
)

test.each([1000, 59_400, 60_000, 61_000, 3_600_000, 3_700_000])(
  'the text of a wait of %i ms changes exactly when its step is over',
  ms => {
    const step = waitStep(ms)
    expect(shortAge(ms - step)).not.toBe(shortAge(ms))
    expect(shortAge(ms - step + 1)).toBe(shortAge(ms))
  },
)

test('numbers take a unit and thin spaces', () => {
  expect(formatMs(38.4)).toBe('38 ms')
  expect(formatMs(412)).toBe('0.41 s')
  expect(formatMs(1857)).toBe('1.9 s')
  expect(formatCount(48214)).toBe('48\u2009214')
  expect(plural(1, 'pod')).toBe('1 pod')
  expect(plural(12, 'pod')).toBe('12 pods')
})
