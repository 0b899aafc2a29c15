import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { RestartBackoff } from './restart-backoff.ts'

test('RestartBackoff lets the first restart through, then doubles from 10 s to 5 minutes', async () => {
  const clock = new FakeClock()
  const backoff = new RestartBackoff(clock)
  const waited: number[] = []
  for (let failure = 0; failure < 8; failure++) {
    const waitMs = backoff.remaining('pod_app', clock.now())
    waited.push(waitMs / 1000)
    const failedAt = clock.now()
    await clock.advance(waitMs)
    backoff.advance('pod_app', failedAt)
  }
  expect(waited).toEqual([0, 10, 20, 40, 80, 160, 300, 300])
})

test('RestartBackoff starts over after ten minutes of health', async () => {
  const clock = new FakeClock()
  const backoff = new RestartBackoff(clock)
  backoff.advance('pod_app', clock.now())
  await clock.advance(601_000)
  expect(backoff.remaining('pod_app', clock.now())).toBe(0)
  backoff.advance('pod_app', clock.now())
  expect(backoff.delay('pod_app')).toBe(10_000)
})
