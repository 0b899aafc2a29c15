import { expect, test } from 'vitest'
import { type CronFields, parseCronSchedule } from './cron-schedule.ts'

const fields = (text: string): CronFields => {
  const schedule = parseCronSchedule(text)
  if (!('fields' in schedule)) throw new Error('no fields')
  return schedule.fields
}

test('the fields are read as sets', () => {
  expect(fields('10/15 1-3,22 */10 JAN,mar-may mon-Fri')).toEqual({
    minutes: [10, 25, 40, 55],
    hours: [1, 2, 3, 22],
    daysOfMonth: [1, 11, 21, 31],
    months: [1, 3, 4, 5],
    daysOfWeek: [1, 2, 3, 4, 5],
    anyDayOfMonth: false,
    anyDayOfWeek: false,
  })
  expect(fields('@midnight')).toEqual(fields('0 0 * * *'))
  expect(fields('0 0 * ? *')).toMatchObject({ anyDayOfMonth: true, anyDayOfWeek: true })
})

test('@every takes a duration of at least a second', () => {
  expect(parseCronSchedule('@every 1h30m')).toEqual({ everySeconds: 5400 })
  expect(parseCronSchedule('@every 10ms')).toEqual({ everySeconds: 1 })
})

test.each([
  ['', 'empty spec string'],
  ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['* * * * 7', 'end of range (7) above maximum (6): 7'],
  ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
  ['*/1/2 * * * *', 'too many slashes: */1/2'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ['* * L * *', 'failed to parse int from L: strconv.Atoi: parsing "L": invalid syntax'],
  ['@noon', 'unrecognized descriptor: @noon'],
  ['@every day', 'failed to parse duration @every day: time: invalid duration "day"'],
])('%s is refused', (text, problem) => {
  expect(() => parseCronSchedule(text)).toThrow(problem)
})
