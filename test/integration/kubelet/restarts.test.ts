import { afterAll, beforeAll, expect, test } from 'vitest'
import { events, pods } from '#client/resource-types.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { eventually } from '../../support/eventually.ts'
import { conditionOf, KubeletCluster } from '../../support/kubelet-cluster.ts'

let on: KubeletCluster

beforeAll(async () => {
  on = await KubeletCluster.start()
})
afterAll(() => on?.[Symbol.asyncDispose]())

test('pods keep running over a restart of the node, with the same containers', async () => {
  await on.createPod('kept')
  const before = await eventually(async () => {
    const found = await on.getPod('kept')
    expect(conditionOf(found, 'Ready')).toBe('True')
    return found
  })
  await on.stopNode()
  await on.startNode()
  await on.createPod('after')
  await eventually(async () => expect((await on.getPod('after')).status?.phase).toBe('Running'))
  const after = await on.getPod('kept')
  expect(after.status).toEqual(before.status)
})

test('a container that takes its time to start does not hold up a stop of the node', async () => {
  await on.createPod('slow', pod => {
    pod.metadata.annotations = { 'simulation.slipway.dev/start-after': '1h' }
  })
  await eventually(async () => {
    const created = await on.client.list(events, { namespace: 'default' })
    const ofSlow = created.items.filter(({ involvedObject }) => involvedObject.name === 'slow')
    expect(ofSlow.map(({ reason }) => reason)).toContain('Created')
  })
  await on.stopNode()
  await on.startNode()
  await on.client.delete(pods, { namespace: 'default', name: 'slow' })
  await eventually(async () => {
    await expect(on.getPod('slow')).rejects.toSatisfy(isNotFound)
  })
})

test('a container that takes its time to stop does not hold up a stop of the node, and is ended later', async () => {
  await on.createPod('stubborn', pod => {
    pod.metadata.annotations = { 'simulation.slipway.dev/stop-after': '1h' }
    Object.assign(pod.spec, { terminationGracePeriodSeconds: 600 })
  })
  await eventually(async () => expect((await on.getPod('stubborn')).status?.phase).toBe('Running'))
  await on.client.delete(pods, { namespace: 'default', name: 'stubborn' })
  await eventually(async () => {
    const { items } = await on.client.list(events, { namespace: 'default' })
    const reasons = items.filter(one => one.involvedObject.name === 'stubborn')
    expect(reasons.map(({ reason }) => reason)).toContain('Killing')
  })
  const began = performance.now()
  await on.stopNode()
  expect(performance.now() - began).toBeLessThan(30_000)
  await on.startNode()
  expect((await on.getPod('stubborn')).metadata.deletionTimestamp).toBeDefined()
  await on.client.delete(
    pods,
    { namespace: 'default', name: 'stubborn' },
    { gracePeriodSeconds: 1 },
  )
  await eventually(async () => {
    await expect(on.getPod('stubborn')).rejects.toSatisfy(isNotFound)
  })
})

test('nothing was warned of', () => {
  expect(on.warnings).toEqual([])
})
