import { type CronFields, parseCronSchedule } from './cron-schedule.ts'

/** The times of one schedule, in milliseconds since the epoch and whole seconds. */
export interface ScheduleTimes {
  /** The first time after `after`; undefined when there is none within the next years. */
  next(after: number): number | undefined
}

/** Longer searches, as for 30 February, are given up. */
const mostSkips = 1000

/** Opens a schedule in a time zone, UTC unless given. Throws what is wrong with the schedule. */
export async function openSchedule(text: string, timeZone = 'UTC'): Promise<ScheduleTimes> {
  const schedule = parseCronSchedule(text)
  if ('everySeconds' in schedule) {
    const { everySeconds } = schedule
    return { next: after => (Math.floor(after / 1000) + everySeconds) * 1000 }
  }
  const { fields } = schedule
  const { Cron } = await import('croner')
  const cron = new Cron(expressionOf(fields), { timezone: timeZone, mode: '5-part', paused: true })
  const wallTime = wallClock(timeZone)
  return {
    next(after) {
      let from = after
      for (let skips = 0; skips < mostSkips; skips++) {
        const found = cron.nextRun(new Date(from))?.getTime()
        if (found === undefined) return undefined
        const { hour, minute } = wallTime(found)
        // A time that the clocks skip in spring doesn't exist; croner would run it an hour late.
        if (fields.hours.includes(hour) && fields.minutes.includes(minute)) return found
        from = found
      }
      return undefined
    },
  }
}

function expressionOf(fields: CronFields): string {
  const { minutes, hours, daysOfMonth, months, daysOfWeek } = fields
  return [
    minutes.join(','),
    hours.join(','),
    fields.anyDayOfMonth ? '*' : daysOfMonth.join(','),
    months.join(','),
    fields.anyDayOfWeek ? '*' : daysOfWeek.join(','),
  ].join(' ')
}

function wallClock(timeZone: string): (time: number) => { hour: number; minute: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
  })
  return time => {
    const parts = format.formatToParts(time)
    const numberOf = (wanted: string) =>
      Number(parts.find(({ type }) => type === wanted)?.value ?? Number.NaN)
    return { hour: numberOf('hour'), minute: numberOf('minute') }
  }
}
