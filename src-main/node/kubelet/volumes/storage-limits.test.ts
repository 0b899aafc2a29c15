import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { silentLogger } from '#base/logger.ts'
import type { Volume } from '#kubernetes/api/core-v1.ts'
import { boundPod } from '../../../../test/support/bound-pod.ts'
import { SimulatedRuntime } from '../../runtimes/simulated/simulated-runtime.ts'
import type { PodRuntimeState } from '../pod-runtime-state.ts'
import { StorageLimits } from './storage-limits.ts'

const podWith = (...volumes: Volume[]) => boundPod({ volumes })
const limited: Volume = { name: 'cache', emptyDir: { sizeLimit: '1024Ki' } }

/** A pod of which two containers run, and one has ended. */
const running = {
  sandboxes: [{ id: 'sandbox', state: 'ready' }],
  containers: [
    { id: 'main-2', name: 'main', state: 'running' },
    { id: 'main-1', name: 'main', state: 'exited' },
    { id: 'helper-1', name: 'helper', state: 'running' },
  ],
} as PodRuntimeState

async function measured(
  use: () => Record<string, number>,
  written: Readonly<Record<string, number>> = {},
) {
  const clock = new FakeClock()
  const runtime = await SimulatedRuntime.open({ clock, podCidr: '10.244.0.0/24' })
  const asked: string[][] = []
  runtime.volumeBytes = async (_sandbox, volumes) => {
    asked.push([...volumes])
    return new Map(Object.entries(use()))
  }
  runtime.writtenBytes = async id => {
    const bytes = written[id]
    if (bytes === undefined) throw new Error(`No such container: ${id}`)
    return bytes
  }
  const reported: string[] = []
  const limits = new StorageLimits({ runtime, clock, logger: silentLogger }, (...told) =>
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
  expect(await on.limits.left(pod, running)).toBe(60_000)
  await on.clock.advance(20_000)
  expect(await on.limits.left(pod, running)).toBe(40_000)
  expect(on.asked).toEqual([])
  await on.clock.advance(40_000)
  expect(await on.limits.left(pod, running)).toBe(60_000)
  expect(on.limits.failure).toBeUndefined()
  bytes += 1
  await on.clock.advance(60_000)
  expect(await on.limits.left(pod, running)).toBe(0)
  const message = 'Usage of EmptyDir volume "cache" exceeds the limit "1Mi". '
  expect(on.limits.failure).toEqual({ reason: 'Evicted', message })
  expect(await on.limits.left(pod, running)).toBe(0)
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
  expect(await on.limits.left(podWith(volume), running)).toBeUndefined()
  expect(on.asked).toEqual([])
})

test('volumes that cannot be measured are measured the next time', async () => {
  let isBusy = true
  await using on = await measured(() => {
    if (isBusy) throw new Error("du: can't stat 'x'")
    return { cache: 2 ** 30 }
  })
  await on.clock.advance(60_000)
  expect(await on.limits.left(podWith(limited), running)).toBe(60_000)
  isBusy = false
  await on.clock.advance(60_000)
  expect(await on.limits.left(podWith(limited), running)).toBe(0)
})

const MiB = 2 ** 20
const container = (name: string, limit?: string) => ({
  name,
  image: 'x',
  ...(limit ? { resources: { limits: { 'ephemeral-storage': limit } } } : {}),
})
const volumes: Volume[] = [
  { name: 'cache', emptyDir: {} },
  { name: 'memory', emptyDir: { medium: 'Memory' } },
  { name: 'config', configMap: { name: 'config' } },
  { name: 'claim', persistentVolumeClaim: { claimName: 'claim' } },
]

test.each<[string, Record<string, number>, Record<string, number>, string | undefined]>([
  ['as much as it may', { cache: MiB, config: MiB }, { main: MiB, helper: 0 }, undefined],
  [
    'more than its containers may together, volumes counted',
    { cache: MiB, config: MiB },
    { main: MiB, helper: 1 },
    'Pod ephemeral local storage usage exceeds the total limit of containers 3Mi. ',
  ],
  [
    'more than one of its containers may',
    {},
    { main: 0, helper: MiB + 1 },
    'Container helper exceeded its local ephemeral storage limit "1Mi". ',
  ],
])('of a pod that takes up %s', async (_what, use, { main = 0, helper = 0 }, message) => {
  await using on = await measured(() => use, { 'main-2': main, 'helper-1': helper })
  await on.clock.advance(60_000)
  const pod = boundPod({
    volumes,
    containers: [container('main', '2Mi'), container('helper', '1024Ki'), container('free')],
  })
  expect(await on.limits.left(pod, running)).toBe(message ? 0 : 60_000)
  expect(on.limits.failure?.message).toBe(message)
  expect(on.asked).toEqual([['cache', 'config']])
})

test('containers without limits are not measured', async () => {
  await using on = await measured(() => ({}))
  await on.clock.advance(60_000)
  const pod = boundPod({ volumes, containers: [container('main')] })
  expect(await on.limits.left(pod, running)).toBeUndefined()
  expect(on.asked).toEqual([])
})

test('a container that goes while it is measured is measured the next time', async () => {
  await using on = await measured(() => ({}), { 'main-2': 5 * MiB })
  await on.clock.advance(60_000)
  const pod = boundPod({ containers: [container('main', '1Mi')] })
  expect(await on.limits.left(pod, running)).toBe(60_000)
  expect(on.limits.failure).toBeUndefined()
})
