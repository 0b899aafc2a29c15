import { afterAll, beforeAll, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import {
  controllerRevisions,
  daemonSets,
  deployments,
  nodes,
  statefulSets,
} from '#client/resource-types.ts'
import { daemonSetController } from '#control-plane/controllers/daemonset/daemonset.ts'
import { deploymentController } from '#control-plane/controllers/deployment/deployment.ts'
import { replicaSetController } from '#control-plane/controllers/replicaset.ts'
import { statefulSetController } from '#control-plane/controllers/statefulset/statefulset.ts'
import { isPodActive } from '#kubernetes/pod-state.ts'
import { eventually } from '../../support/eventually.ts'
import { imageOf, namespace, WorkloadWorld } from '../../support/workload-world.ts'

const clock = new FakeClock(Math.floor(Date.now() / 1000) * 1000)
let world: WorkloadWorld

beforeAll(async () => {
  const only = [
    daemonSetController,
    deploymentController,
    replicaSetController,
    statefulSetController,
  ]
  world = await WorkloadWorld.start(only, clock)
})
afterAll(() => world?.[Symbol.asyncDispose]())

const labelled = (name: string, image: string) => ({
  selector: { matchLabels: { app: name } },
  template: {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'main', image }] },
  },
})
const minReadySeconds = 30
const images = async (name: string) =>
  (await world.podsOf(name)).filter(isPodActive).map(imageOf).sort()
/** Passes when nothing more happens before the pods were ready for long enough, and something does then. */
const afterReady = async (before: () => Promise<void>, after: () => Promise<void>) => {
  await eventually(before)
  await clock.advance(25_000)
  await before()
  await clock.advance(6000)
  await eventually(after)
}

test('the next pod of a stateful set waits until the one before was ready for long enough', async () => {
  const name = 'db'
  await world.client.create(statefulSets, {
    metadata: { name, namespace },
    spec: { serviceName: name, replicas: 2, minReadySeconds, ...labelled(name, 'db:1') },
  })
  const status = async () => (await world.client.get(statefulSets, { namespace, name })).status
  await afterReady(
    async () => {
      expect(await status()).toMatchObject({ replicas: 1, readyReplicas: 1 })
      expect((await status())?.availableReplicas ?? 0).toBe(0)
    },
    async () => expect(await status()).toMatchObject({ replicas: 2, availableReplicas: 1 }),
  )
})

test('a stateful set that goes back takes its old revision up again', async () => {
  const name = 'back'
  await world.client.create(statefulSets, {
    metadata: { name, namespace },
    spec: { serviceName: name, replicas: 1, ...labelled(name, 'db:1') },
  })
  const setImage = (image: string) =>
    world.client.patch(
      statefulSets,
      { namespace, name },
      { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } },
      { type: 'strategic' },
    )
  const updated = (image: string) =>
    eventually(async () => {
      const { metadata, status } = await world.client.get(statefulSets, { namespace, name })
      expect(status?.observedGeneration).toBe(metadata.generation)
      expect(status?.currentRevision).toBe(status?.updateRevision)
      expect(status?.readyReplicas).toBe(1)
      expect(await images(name)).toEqual([image])
      return status?.updateRevision
    })
  const first = await updated('db:1')
  await setImage('db:2')
  const second = await updated('db:2')
  expect(second).not.toBe(first)
  await setImage('db:1')
  expect(await updated('db:1')).toBe(first)
  const { items } = await world.client.list(controllerRevisions, { namespace })
  const numbers = items.map(({ metadata, revision }) => [metadata.name, revision])
  expect(Object.fromEntries(numbers)).toMatchObject({ [first ?? '']: 3, [second ?? '']: 2 })
})

test('a rolling update counts new pods only once they were ready for long enough', async () => {
  const name = 'web'
  await world.client.create(deployments, {
    metadata: { name, namespace },
    spec: {
      replicas: 2,
      minReadySeconds,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      ...labelled(name, 'web:1'),
    },
  })
  const status = async () => (await world.client.get(deployments, { namespace, name })).status
  await eventually(async () => expect((await status())?.readyReplicas).toBe(2))
  await clock.advance(31_000)
  await eventually(async () => expect((await status())?.availableReplicas).toBe(2))
  const template = { spec: { containers: [{ name: 'main', image: 'web:2' }] } }
  await world.client.patch(
    deployments,
    { namespace, name },
    { spec: { template } },
    { type: 'strategic' },
  )
  await afterReady(
    async () => {
      expect(await status()).toMatchObject({ readyReplicas: 3, updatedReplicas: 1 })
      expect(await images(name)).toEqual(['web:1', 'web:1', 'web:2'])
    },
    async () => {
      expect(await status()).toMatchObject({ readyReplicas: 3, updatedReplicas: 2 })
      expect(await images(name)).toEqual(['web:1', 'web:2', 'web:2'])
    },
  )
})

test('a daemon set goes on to the next node once the new pod was ready for long enough', async () => {
  const name = 'agent'
  for (const node of ['node-a', 'node-b']) {
    await world.client.create(nodes, { metadata: { name: node }, spec: {} })
    // Nodes are not ready when they come, and nobody else says that these are.
    const ready = { spec: { taints: null } }
    await world.client.patch(nodes, { name: node }, ready, { type: 'merge' })
  }
  world.kubelet.nodeFor = ({ spec }) =>
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
      ?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0] ?? 'node-a'
  await world.client.create(daemonSets, {
    metadata: { name, namespace },
    spec: { minReadySeconds, ...labelled(name, 'agent:1') },
  })
  const status = async () => (await world.client.get(daemonSets, { namespace, name })).status
  await eventually(async () => expect((await status())?.numberReady).toBe(2))
  await clock.advance(31_000)
  await eventually(async () => expect((await status())?.numberAvailable).toBe(2))
  const template = { spec: { containers: [{ name: 'main', image: 'agent:2' }] } }
  await world.client.patch(
    daemonSets,
    { namespace, name },
    { spec: { template } },
    { type: 'strategic' },
  )
  await afterReady(
    async () => {
      expect(await status()).toMatchObject({ numberReady: 2, numberAvailable: 1 })
      expect(await images(name)).toEqual(['agent:1', 'agent:2'])
    },
    async () => expect(await images(name)).toEqual(['agent:2', 'agent:2']),
  )
})
