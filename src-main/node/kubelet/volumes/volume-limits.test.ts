import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { silentLogger } from '#base/logger.ts'
import type { Volume } from '#kubernetes/api/core-v1.ts'
import { boundPod } from '../../../../test/support/bound-pod.ts'
import { SimulatedRuntime } from '../../runtimes/simulated/simulated-runtime.ts'
import { VolumeLimits } from './volume-limits.ts'

const podWith = (...volumes: Volume[]) => boundPod({ volumes })
const limited: Volume = { name: 'cache', emptyDir: { sizeLimit: '1024Ki' } }

async function measured(use: () => Record<string, number>) {
  const clock = new FakeClock()
  const runtime = await SimulatedRuntime.open({ clock, podCidr: '10.244.0.0/24' })
  const asked: string[][] = []
  runtime.volumeBytes = async (_sandbox, volumes) => {
    asked.push([...volumes])
    return new Map(Object.entries(use()))
  }
  const reported: string[] = []
  const limits = new VolumeLimits({ runtime, clock, logger: silentLogger }, (...told) =>
    reported.push(told.join(' ')),
  )
  return {
    clock,
    limits,
    asked,
    reported,
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  }
}

test('a pod whose emptyDir holds more than its sizeLimit is evicted', async () => {
  let bytes = 2 ** 20
  await using on = await measured(() => ({ cache: bytes }))
  const pod = podWith({ name: 'free', emptyDir: {} }, limited)
  expect(await on.limits.left(pod, 'sandbox')).toBe(60_000)
  await on.clock.advance(20_000)
  expect(await on.limits.left(pod, 'sandbox')).toBe(40_000)
  expect(on.asked).toEqual([])
  await on.clock.advance(40_000)
  expect(await on.limits.left(pod, 'sandbox')).toBe(60_000)
  expect(on.limits.failure).toBeUndefined()
  bytes += 1
  await on.clock.advance(60_000)
  expect(await on.limits.left(pod, 'sandbox')).toBe(0)
  const message = 'Usage of EmptyDir volume "cache" exceeds the limit "1Mi". '
  expect(on.limits.failure).toEqual({ reason: 'Evicted', message })
  expect(await on.limits.left(pod, 'sandbox')).toBe(0)
  expect(on.reported).toEqual([`Warning Evicted ${message}`])
  expect(on.asked).toEqual([['cache'], ['cache']])
})

test.each<[string, Volume]>([
  ['no limit', { name: 'cache', emptyDir: {} }],
  ['a limit of nothing', { name: 'cache', emptyDir: { sizeLimit: '0' } }],
  ['a limit in memory', { name: 'cache', emptyDir: { sizeLimit: '1Mi', medium: 'Memory' } }],
  ['other volumes', { name: 'cache', hostPath: { path: '/' } }],
])('a pod with %s is never measured', async (_which, volume) => {
  await using on = await measured(() => ({ cache: 2 ** 40 }))
  await on.clock.advance(600_000)
  expect(await on.limits.left(podWith(volume), 'sandbox')).toBeUndefined()
  expect(on.asked).toEqual([])
})

test('volumes that cannot be measured are measured the next time', async () => {
  let isBusy = true
  await using on = await measured(() => {
    if (isBusy) throw new Error("du: can't stat 'x'")
    return { cache: 2 ** 30 }
  })
  await on.clock.advance(60_000)
  expect(await on.limits.left(podWith(limited), 'sandbox')).toBe(60_000)
  isBusy = false
  await on.clock.advance(60_000)
  expect(await on.limits.left(podWith(limited), 'sandbox')).toBe(0)
})
