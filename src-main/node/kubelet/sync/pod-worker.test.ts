import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { silentLogger } from '#base/logger.ts'
import { EventRecorder } from '#client/events.ts'
import { Client } from '#client/rest.ts'
import type { Pod, PodStatus } from '#kubernetes/api/core-v1.ts'
import type { PodFilter } from '../../runtimes/container-runtime.ts'
import { SimulatedRuntime } from '../../runtimes/simulated/simulated-runtime.ts'
import type { BoundPod } from '../pod-facts.ts'
import { NodeRoom } from '../resize/node-room.ts'
import type { PodContext } from './pod-context.ts'
import { PodWorker } from './pod-worker.ts'

const pod: BoundPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: 'web-1',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: {
    nodeName: 'node',
    containers: [{ name: 'app', image: 'nginx', readinessProbe: { exec: { command: ['true'] } } }],
  },
}

/** A simulated engine on which the pod runs already. */
async function engineWithPod(clock: FakeClock): Promise<SimulatedRuntime> {
  const runtime = await SimulatedRuntime.open({ clock, podCidr: '10.244.0.0/24' })
  const { signal } = new AbortController()
  const about = { labels: {}, annotations: {} }
  const { name, namespace = '', uid } = pod.metadata
  const sandbox = { name, namespace, uid, attempt: 0, hostNetwork: false, ...about }
  const id = await runtime.runPodSandbox(sandbox as never, signal)
  const container = { name: 'app', attempt: 0, image: 'nginx', resources: {}, ...about }
  const containerId = await runtime.createContainer(id, container as never, signal)
  const started = runtime.startContainer(containerId, signal)
  await clock.advance(1000)
  await started
  return runtime
}

const recorderOf = (client: Client, clock: FakeClock) =>
  new EventRecorder({ client, clock, logger: silentLogger, component: 'kubelet' })

/** As much of a node as a pod needs that runs already. */
const contextOf = (of: Pick<PodContext, 'client' | 'runtime' | 'clock' | 'recorder'>): PodContext =>
  ({
    ...of,
    logger: silentLogger,
    room: new NodeRoom({}),
    node: { hostIP: '10.0.0.1', allocatable: {}, memoryBytes: 2 ** 30 },
  }) as unknown as PodContext

test('a worker that is stopped while it asks the engine probes nothing of what it hears then', async () => {
  const clock = new FakeClock()
  await using runtime = await engineWithPod(clock)
  const asked = Promise.withResolvers<void>()
  const list = runtime.listContainers.bind(runtime)
  runtime.listContainers = async (filter?: PodFilter) => {
    await asked.promise
    return list(filter)
  }
  const client = new Client({ request: () => Promise.reject(new Error('nobody answers')) })
  await using recorder = recorderOf(client, clock)
  const context = contextOf({ client, runtime, clock, recorder })
  const pending = clock.pending
  const worker = new PodWorker(context, pod, () => {})
  const stopped = worker[Symbol.asyncDispose]()
  asked.resolve()
  await stopped
  expect(worker.state.containers.map(({ state }) => state)).toEqual(['running'])
  expect(clock.pending).toBe(pending)
})

test('a worker ends a pod whose volume holds too much, and its status says so', async () => {
  const clock = new FakeClock()
  await using runtime = await engineWithPod(clock)
  runtime.volumeBytes = async () => new Map([['cache', 2 ** 21]])
  const statuses: PodStatus[] = []
  const client = new Client({
    request: async ({ path, body }) => {
      const status = (body as Pod).status ?? {}
      if (path.endsWith('/pods/web/status')) statuses.push(status)
      return { status: 200, headers: {}, json: async () => ({ ...pod, status }) } as never
    },
  })
  await using recorder = recorderOf(client, clock)
  const volumes = [{ name: 'cache', emptyDir: { sizeLimit: '1Mi' } }]
  const limited = { ...pod, spec: { ...pod.spec, volumes } }
  await using worker = new PodWorker(
    contextOf({ client, runtime, clock, recorder }),
    limited,
    () => {},
  )
  await clock.advance(59_000)
  expect(worker.state.containers.map(({ state }) => state)).toEqual(['running'])
  await clock.advance(5000)
  expect(worker.state.containers.map(({ state }) => state)).toEqual(['exited'])
  expect(statuses.at(-1)).toMatchObject({
    phase: 'Failed',
    reason: 'Evicted',
    message: 'Usage of EmptyDir volume "cache" exceeds the limit "1Mi". ',
  })
})
