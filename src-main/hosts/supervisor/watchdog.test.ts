import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { Watchdog } from './watchdog.ts'

/** A clock whose timers come late once, as after the machine slept. */
class SleepyClock extends FakeClock {
  #sleptMs = 0

  override monotonic(): number {
    return super.monotonic() + this.#sleptMs
  }

  sleep(ms: number): void {
    this.#sleptMs += ms
  }
}

function watched() {
  const clock = new SleepyClock()
  const done: string[] = []
  const child = {
    send: () => done.push('asked'),
    kill: () => done.push('killed'),
    exited: new Promise<never>(() => {}),
  }
  return { clock, done, watchdog: new Watchdog(clock, child) }
}

test('a child that is silent is asked, and ended when it does not answer', async () => {
  const { clock, done } = watched()
  await clock.advance(29_000)
  expect(done).toEqual(['asked'])
  await clock.advance(1000)
  expect(done).toEqual(['asked', 'killed'])
})

test('a child that answers lives', async () => {
  const { clock, done, watchdog } = watched()
  await clock.advance(20_000)
  watchdog.heard()
  await clock.advance(14_000)
  expect(done).toEqual(['asked'])
})

test('a child whose answer came while we slept is asked once more', async () => {
  const { clock, done, watchdog } = watched()
  await clock.advance(16_000)
  clock.sleep(3_600_000)
  await clock.advance(14_000)
  expect(done).toEqual(['asked', 'asked'])
  watchdog.heard()
  await clock.advance(14_000)
  expect(done).toEqual(['asked', 'asked'])
})
