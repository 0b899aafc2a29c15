import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import type { Probe } from '#kubernetes/api/core-v1.ts'
import { ProbeWorker } from './probe-worker.ts'
import type { ProbeResult } from './run-probe.ts'

function probing(probe: Probe, outcomes: ProbeResult['outcome'][]) {
  const clock = new FakeClock()
  const seen: string[] = []
  const began = clock.now()
  const note = (what: string) => seen.push(`${(clock.now() - began) / 1000}s ${what}`)
  const worker = new ProbeWorker({
    clock,
    probe,
    startedAt: clock.now(),
    initially: false,
    run: async () => {
      const outcome = outcomes.shift() ?? 'success'
      note(outcome)
      return { outcome, output: '' }
    },
    onFailure: () => note('reported'),
    onChange: passing => note(passing ? 'passing' : 'failing'),
  })
  worker.start()
  return { clock, seen, worker }
}

test('ProbeWorker waits for the initial delay, then runs on its period', async () => {
  const { clock, seen, worker } = probing({ initialDelaySeconds: 5, periodSeconds: 10 }, [])
  await clock.advance(26_000)
  worker[Symbol.dispose]()
  await clock.advance(60_000)
  expect(seen).toEqual(['5s success', '5s passing', '15s success', '25s success'])
})

test('ProbeWorker decides after so many failures or successes in a row', async () => {
  const { clock, seen, worker } = probing(
    { periodSeconds: 1, failureThreshold: 2, successThreshold: 2 },
    ['failure', 'success', 'failure', 'failure', 'unknown', 'success', 'success'],
  )
  await clock.advance(6500)
  worker[Symbol.dispose]()
  expect(seen.filter(line => /passing|failing/.test(line))).toEqual(['3s failing', '6s passing'])
  expect(seen.filter(line => line.includes('reported'))).toHaveLength(4)
})
