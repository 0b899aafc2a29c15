import type { CronJob } from '#kubernetes/api/batch-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import type { ScheduleTimes } from '#kubernetes/schedule-times.ts'

/** More than these and something is wrong with the clock or the deadline. */
export const tooManyMissed = 100

/** The last time at or before `now` at which a CronJob was to start and hasn't yet. */
export function lastDue(
  cronJob: Stored<CronJob>,
  times: ScheduleTimes,
  now: number,
): { at: number | undefined; missed: number } {
  const earliest = earliestTime(cronJob, now)
  let missed = 0
  let at: number | undefined
  for (
    let time = times.next(earliest);
    time !== undefined && time <= now && missed <= tooManyMissed;
    time = times.next(time)
  ) {
    at = time
    missed++
  }
  return { at: missed > tooManyMissed ? lastBefore(times, earliest, now) : at, missed }
}

/** Nothing at or before this time is to start: the last start, the creation, or what is too late by now. */
function earliestTime({ metadata, spec, status }: Stored<CronJob>, now: number): number {
  const known = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp)
  const { startingDeadlineSeconds } = spec
  return startingDeadlineSeconds === undefined
    ? known
    : Math.max(known, now - startingDeadlineSeconds * 1000)
}

/** Looks back in growing steps, for after a long sleep a schedule may have missed a million times. */
function lastBefore(times: ScheduleTimes, earliest: number, now: number): number | undefined {
  for (let back = 60_000; ; back *= 2) {
    const from = Math.max(earliest, now - back)
    let last: number | undefined
    for (let time = times.next(from); time !== undefined && time <= now; time = times.next(time)) {
      last = time
    }
    if (last !== undefined || from === earliest) return last
  }
}
