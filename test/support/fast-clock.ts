import { type Clock, systemClock } from '#base/clock.ts'

/** A clock that runs so many times as fast as the machine's: what takes a minute by it can be waited for. */
export function fastClock(times: number): Clock {
  const start = systemClock.now()
  return {
    now: () => start + (systemClock.now() - start) * times,
    monotonic: () => systemClock.monotonic() * times,
    after: (ms, callback) => systemClock.after(ms / times, callback),
  }
}
