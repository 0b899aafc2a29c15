import { describe, expect, test } from 'vitest'
import { formatTime } from '#base/clock.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import {
  type Measurement,
  replicasForAverage,
  replicasForUtilization,
} from './replica-calculator.ts'

const now = Date.parse('2026-01-02T12:00:00Z')
const time = (secondsAgo: number) => formatTime(now - secondsAgo * 1000)

/** A pod that asks for one core and has served for an hour, unless told. */
function pod(
  name: string,
  change: { ready?: boolean; startedSecondsAgo?: number; phase?: string } = {},
) {
  const { ready = true, startedSecondsAgo = 3600, phase = 'Running' } = change
  return {
    metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: time(3600) },
    spec: { containers: [{ name: 'main', resources: { requests: { cpu: '1' } } }] },
    status: {
      phase,
      startTime: time(startedSecondsAgo),
      conditions: [
        {
          type: 'Ready',
          status: ready ? 'True' : 'False',
          lastTransitionTime: time(startedSecondsAgo),
        },
      ],
    },
  } as Stored<Pod>
}

/** Pods that use so many thousandths of a core each; `undefined` wasn't measured. */
const measured = (
  pods: Stored<Pod>[],
  millis: (number | undefined)[],
  change: Partial<Measurement> = {},
): Measurement => ({
  currentReplicas: pods.length,
  pods,
  metrics: new Map(
    pods.flatMap((pod, index) => {
      const milli = millis[index]
      return milli === undefined ? [] : [[pod.metadata.name, { milli, at: now, windowMs: 30_000 }]]
    }),
  ),
  resource: 'cpu',
  container: '',
  tolerances: { up: 0.1, down: 0.1 },
  now,
  ...change,
})
const three = [pod('a'), pod('b'), pod('c')]

// The cases are those of upstream's replica_calculator_test.go, in its numbers where they fit.
describe('the number of replicas', () => {
  test('grows with the use', () => {
    expect(replicasForUtilization(measured(three, [300, 500, 700]), 30)).toEqual({
      replicas: 5,
      utilization: 50,
      averageMilli: 500,
    })
  })

  test('shrinks with the use', () => {
    const five = [...three, pod('d'), pod('e')]
    expect(replicasForUtilization(measured(five, [100, 300, 500, 250, 250]), 50)).toMatchObject({
      replicas: 3,
      utilization: 28,
    })
  })

  test.each([
    [1.0, 3],
    [1.09, 3],
    [1.11, 4],
    [0.91, 3],
    [0.6, 2],
  ])('stays within a tenth of the target: %f of it', (share, replicas) => {
    const milli = Math.round(share * 1000)
    expect(replicasForUtilization(measured(three, [milli, milli, milli]), 100).replicas).toBe(
      replicas,
    )
  })

  test('leaves out pods that are starting, and counts them as idle when it grows', () => {
    const pods = [pod('a', { ready: false, startedSecondsAgo: 10 }), pod('b'), pod('c')]
    const { replicas, utilization } = replicasForUtilization(measured(pods, [100, 500, 700]), 30)
    expect({ replicas, utilization }).toEqual({ replicas: 4, utilization: 60 })
  })

  test('does not count a pod whose window began before it was ready', () => {
    const pods = [pod('a'), pod('b', { startedSecondsAgo: 10 })]
    const { utilization } = replicasForUtilization(measured(pods, [500, 4000]), 50)
    expect(utilization).toBe(50)
  })

  test('ignores failed and deleted pods', () => {
    const going = pod('c')
    going.metadata.deletionTimestamp = time(1)
    const pods = [pod('a'), pod('b', { phase: 'Failed' }), going]
    expect(replicasForUtilization(measured(pods, [600, 9000, 9000]), 30).replicas).toBe(2)
  })

  test('takes pods without measurement for idle when it grows', () => {
    expect(replicasForUtilization(measured(three, [600, 600, undefined]), 30).replicas).toBe(4)
  })

  test('takes pods without measurement for busy when it shrinks', () => {
    expect(replicasForUtilization(measured(three, [100, 100, undefined]), 50).replicas).toBe(3)
  })

  test('follows an average value, too', () => {
    const bytes = [1000, 2000, 3000].map(milli => milli * 1024)
    const measurement = measured(three, bytes, { resource: 'memory' })
    expect(replicasForAverage(measurement, 1000 * 1024)).toEqual({
      replicas: 6,
      averageMilli: 2000 * 1024,
    })
  })

  test.each<[string, Measurement]>([
    ['no pods returned by selector while calculating replica count', measured([], [])],
    [
      'did not receive metrics for targeted pods (pods might be unready)',
      measured([pod('a', { phase: 'Pending' })], [100]),
    ],
    [
      'missing request for memory in container main of Pod a',
      measured([pod('a')], [100], { resource: 'memory' }),
    ],
  ])('cannot be told: %s', (message, measurement) => {
    expect(() => replicasForUtilization(measurement, 50)).toThrow(message)
  })
})
