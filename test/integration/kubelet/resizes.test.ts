import { afterAll, beforeAll, expect, test } from 'vitest'
import { events, pods } from '#client/resource-types.ts'
import type { Pod, ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import { eventually } from '../../support/eventually.ts'
import { KubeletCluster } from '../../support/kubelet-cluster.ts'

let on: KubeletCluster

beforeAll(async () => {
  on = await KubeletCluster.start()
})
afterAll(() => on?.[Symbol.asyncDispose]())

const createSized = (name: string, resources: ResourceRequirements, spec: object = {}) =>
  on.createPod(name, pod => {
    Object.assign(pod.spec, { containers: [{ name: 'app', image: 'nginx', resources, ...spec }] })
    pod.spec.restartPolicy = 'OnFailure'
  })
const resize = (name: string, resources: ResourceRequirements) =>
  on.client.patch(
    pods,
    { namespace: 'default', name },
    { spec: { containers: [{ name: 'app', resources }] } },
    { type: 'strategic', subresource: 'resize' },
  )
const resizeCondition = (pod: Pod) =>
  pod.status?.conditions?.find(({ type }) => type.startsWith('PodResize'))
const eventsOf = async (name: string) => {
  const { items } = await on.client.list(events, { namespace: 'default' })
  return items.filter(({ involvedObject }) => involvedObject.name === name)
}
const untilSized = (name: string, resources: ResourceRequirements) =>
  eventually(async () => {
    const pod = await on.getPod(name)
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      ready: true,
      allocatedResources: resources.requests,
      resources,
    })
    expect(resizeCondition(pod)).toBeUndefined()
    return pod
  })

test('a running pod is resized in place, and its events tell', async () => {
  const small = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } }
  await createSized('grown', small)
  const before = await untilSized('grown', small)
  const large = { requests: { cpu: '2', memory: '2Gi' }, limits: { cpu: '4', memory: '4Gi' } }
  await resize('grown', large)
  const after = await untilSized('grown', large)
  expect(after.status?.containerStatuses?.[0]?.containerID).toBe(
    before.status?.containerStatuses?.[0]?.containerID,
  )
  expect(after.status?.observedGeneration).toBe(2)
  await eventually(async () => {
    const told = (await eventsOf('grown')).filter(({ reason }) => reason?.startsWith('Resize'))
    const summary =
      '{"containers":[{"name":"app","resources":{"limits":{"cpu":"4","memory":"4Gi"},"requests":{"cpu":"2","memory":"2Gi"}}}],"generation":2}'
    expect(told.map(({ type, reason, message }) => ({ type, reason, message }))).toEqual([
      { type: 'Normal', reason: 'ResizeStarted', message: `Pod resize started: ${summary}` },
      { type: 'Normal', reason: 'ResizeCompleted', message: `Pod resize completed: ${summary}` },
    ])
  })
})

test('a container that takes up memory only by a restart is restarted, though it would be done when it ends', async () => {
  const policy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]
  await createSized('restarted', { requests: { memory: '1Gi' } }, { resizePolicy: policy })
  await untilSized('restarted', { requests: { memory: '1Gi' } })
  await resize('restarted', { requests: { memory: '2Gi' } })
  const pod = await untilSized('restarted', { requests: { memory: '2Gi' } })
  expect(pod.status?.containerStatuses?.[0]?.restartCount).toBe(1)
  expect(pod.status?.phase).toBe('Running')
  const messages = (await eventsOf('restarted')).map(({ message }) => message)
  expect(messages).toContain('Container app resize requires restart')
})

test('a container that is given another image is restarted with it', async () => {
  await createSized('updated', { requests: { cpu: '10m' } })
  await untilSized('updated', { requests: { cpu: '10m' } })
  const containers = [{ name: 'app', image: 'nginx:2' }]
  const named = { namespace: 'default', name: 'updated' }
  await on.client.patch(pods, named, { spec: { containers } }, { type: 'strategic' })
  await eventually(async () => {
    const { status } = await on.getPod('updated')
    expect(status?.containerStatuses?.[0]).toMatchObject({
      image: 'nginx:2',
      restartCount: 1,
      ready: true,
    })
  })
  const messages = (await eventsOf('updated')).map(({ message }) => message)
  expect(messages).toContain('Container app definition changed, will be restarted')
})

test('a resize waits for room, over a restart of the node too, and goes ahead when a pod leaves', async () => {
  const [half, most] = [{ requests: { cpu: '14' } }, { requests: { cpu: '20' } }]
  await createSized('neighbour', half)
  await createSized('waiting', half)
  await untilSized('neighbour', half)
  await untilSized('waiting', half)
  await resize('waiting', { requests: { cpu: '33' } })
  await eventually(async () => {
    expect(resizeCondition(await on.getPod('waiting'))).toMatchObject({
      type: 'PodResizePending',
      status: 'True',
      reason: 'Infeasible',
      message: "Node didn't have enough capacity: cpu, requested: 33000, capacity: 32000",
      observedGeneration: 2,
    })
  })
  await resize('waiting', most)
  const deferred = () =>
    eventually(async () => {
      const pod = await on.getPod('waiting')
      expect(resizeCondition(pod)).toMatchObject({ reason: 'Deferred', observedGeneration: 3 })
      expect(resizeCondition(pod)?.message).toMatch(
        /^Node didn't have enough resource: cpu, requested: 20000, used: \d+, capacity: 32000$/,
      )
      expect(pod.status?.containerStatuses?.[0]?.allocatedResources).toEqual(half.requests)
    })
  await deferred()
  await on.stopNode()
  await on.startNode()
  await deferred()
  await on.client.delete(pods, { namespace: 'default', name: 'neighbour' })
  await untilSized('waiting', most)
})

test('memory that is in use is not taken away: the resize goes on with an error until it asks for enough', async () => {
  const limits = (memory: string) => ({ requests: { memory }, limits: { memory } })
  await createSized('full', limits('64Mi'))
  await untilSized('full', limits('64Mi'))
  await resize('full', limits('4Mi'))
  await eventually(async () => {
    const pod = await on.getPod('full')
    expect(resizeCondition(pod)).toMatchObject({
      type: 'PodResizeInProgress',
      reason: 'Error',
      message: `attempting to set container "app" memory limit (${4 * 2 ** 20}) below current usage (${8 * 2 ** 20})`,
    })
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      allocatedResources: { memory: '4Mi' },
      resources: limits('64Mi'),
    })
  })
  await resize('full', limits('16Mi'))
  await untilSized('full', limits('16Mi'))
  const reasons = (await eventsOf('full')).map(({ reason }) => reason)
  expect(reasons).toContain('ResizeError')
})

test('nothing was warned of', () => {
  expect(on.warnings).toEqual([])
})
