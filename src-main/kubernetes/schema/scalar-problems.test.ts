import { describe, expect, test } from 'vitest'
import { base64Problem, timeProblem } from './scalar-problems.ts'

/** What Go's packages say, against which test/integration/oracle holds ours. */
describe('times', () => {
  test.each([
    '2026-01-02T03:04:05Z',
    '2026-01-02T03:04:05.123456789+02:00',
    '2026-01-02T03:04:05,5Z',
    '2026-01-02T3:04:05Z',
    '2026-01-02T03:04:05+24:00',
    '2024-02-29T23:59:59Z',
    '0001-01-01T00:00:00Z',
  ])('%s', text => {
    expect(timeProblem(text, 'time')).toBeUndefined()
  })

  test.each([
    ['2026-02-30T03:04:05Z', 'day out of range'],
    ['2023-02-29T03:04:05Z', 'day out of range'],
    ['2026-01-00T03:04:05Z', 'day out of range'],
    ['2026-13-01T00:00:00Z', 'month out of range'],
    ['2026-01-02T24:00:00Z', 'hour out of range'],
    ['2026-01-02T23:60:00Z', 'minute out of range'],
    ['2026-01-02T23:59:60Z', 'second out of range'],
    ['2026-01-02T03:04:05+25:00', 'time zone offset hour out of range'],
    ['2026-01-02T03:04:05Zé', String.raw`extra text: "\xc3\xa9"`],
  ])('%s: %s', (text, problem) => {
    const shown = text.replace('é', String.raw`\xc3\xa9`)
    expect(timeProblem(text, 'time')).toBe(`parsing time "${shown}": ${problem}`)
  })

  test.each([
    ['2026-01-02', '', 'T'],
    ['2026-01-02 03:04:05Z', ' 03:04:05Z', 'T'],
    ['2026-01-02T03:04:05', '', 'Z07:00'],
    ['2026-1-02T03:04:05Z', '1-02T03:04:05Z', '01'],
  ])('%s: cannot parse %j as %s', (text, rest, element) => {
    expect(timeProblem(text, 'time')).toBe(
      `parsing time "${text}" as "2006-01-02T15:04:05Z07:00": cannot parse "${rest}" as "${element}"`,
    )
  })

  test('micro times have six digits', () => {
    expect(timeProblem('2026-01-02T03:04:05.123456Z', 'microTime')).toBeUndefined()
    expect(timeProblem('2026-01-02T03:04:05.1234567Z', 'microTime')).toContain(
      'cannot parse "7Z" as "Z07:00"',
    )
    expect(timeProblem('2026-01-02T03:04:05Z', 'microTime')).toContain(
      'cannot parse "Z" as ".000000"',
    )
  })
})

describe('base64', () => {
  test.each(['', 'YQ==', 'YWI=', 'YW\r\nJj', 'YQ=\n=\n', 'YR=='])('%j', text => {
    expect(base64Problem(text)).toBeUndefined()
  })

  test.each([
    ['Y', 0],
    ['YQ', 0],
    ['YWJjY', 4],
    ['Y=', 1],
    ['YQ=', 3],
    ['YQ=x', 2],
    ['YQ==YQ==', 4],
    ['YW Jj', 2],
    ['-_-_', 0],
    ['YWJj=', 4],
    ['YW\nJj!', 5],
  ])('%j is illegal at byte %d', (text, at) => {
    expect(base64Problem(text)).toBe(`illegal base64 data at input byte ${at}`)
  })
})
