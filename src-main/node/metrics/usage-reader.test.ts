import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { containerConfig, sandboxConfig } from '../runtimes/conformance/pod-configs.ts'
import { SimulatedRuntime } from '../runtimes/simulated/simulated-runtime.ts'
import { UsageReader } from './usage-reader.ts'

async function running(clock: FakeClock) {
  const runtime = await SimulatedRuntime.open({ clock, podCidr: '10.1.0.0/24' })
  const pod = sandboxConfig({
    annotations: {
      'simulation.slipway.dev/cpu': '250m',
      'simulation.slipway.dev/memory': '64Mi',
      'simulation.slipway.dev/start-after': '0s',
    },
  })
  const signal = new AbortController().signal
  const sandbox = await runtime.runPodSandbox(pod, signal)
  const id = await runtime.createContainer(sandbox, containerConfig(pod, { image: 'a' }), signal)
  await runtime.startContainer(id, signal)
  return { runtime, pod }
}

test('read says a rate of CPU and the memory in use', async () => {
  const clock = new FakeClock()
  const { runtime, pod } = await running(clock)
  const reading = new UsageReader(runtime, clock).read()
  await clock.advance(1000)
  expect(await reading).toMatchObject({
    windowMs: 1000,
    containers: [
      {
        podUid: pod.uid,
        name: 'app',
        cpuNanoCores: 250_000_000,
        memoryWorkingSetBytes: 64 * 2 ** 20,
      },
    ],
  })
})

test('read measures once for all who ask within ten seconds, and nothing while nobody asks', async () => {
  const clock = new FakeClock()
  const { runtime } = await running(clock)
  let reads = 0
  const stats = runtime.stats.bind(runtime)
  runtime.stats = () => {
    reads++
    return stats()
  }
  const reader = new UsageReader(runtime, clock)
  const both = Promise.all([reader.read(), reader.read()])
  await clock.advance(1000)
  await both
  await reader.read()
  expect(reads).toBe(2)
  await clock.advance(3_600_000)
  expect(reads).toBe(2)
  expect(clock.pending).toBe(0)
})
