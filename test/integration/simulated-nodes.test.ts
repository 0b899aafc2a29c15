import { afterAll, beforeAll, expect, test } from 'vitest'
import { leases, nodes, pods } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { podCondition } from '#kubernetes/pod-state.ts'
import { type NodeHandle, simulationFrom } from '#node/node.ts'
import { eventually } from '../support/eventually.ts'
import { fastClock } from '../support/fast-clock.ts'
import { kubectlOutput, splitCommand } from '../support/kubectl.ts'
import { startCluster, type TestCluster } from '../support/start-cluster.ts'
import { startTestNode } from '../support/test-node.ts'

let cluster: TestCluster
let node: NodeHandle
let client: Client

const simulation = simulationFrom({
  nodes: [
    {
      name: 'worker',
      count: 40,
      zones: ['east', 'west'],
      capacity: { cpu: '4', memory: '8Gi', pods: '12' },
    },
    {
      name: 'gpu',
      labels: { accelerator: 'yes' },
      taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }],
      capacity: { 'example.com/gpu': '2' },
    },
  ],
  pods: [
    { labels: { app: 'slow' }, behaviour: { 'ready-after': '20s' } },
    { labels: { app: 'broken' }, behaviour: { 'exit-after': '0ms', 'exit-code': '3' } },
    { labels: { app: 'short' }, behaviour: { 'exit-after': '2s', log: 'done' } },
  ],
})

beforeAll(async () => {
  // Ten times as fast, so that a minute of silence can be waited for.
  const clock = fastClock(10)
  cluster = await startCluster({ clock })
  client = new Client(cluster.admin)
  node = await startTestNode(cluster, { clock, simulation })
  await eventually(() => run('get serviceaccount default'))
})

afterAll(async () => {
  await node?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

const run = (command: string) => kubectlOutput(cluster.kubeconfig, splitCommand(command))
const getPod = (name: string) => client.get(pods, { namespace: 'default', name })
const isReady = ({ status }: { status?: Pod['status'] }) =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
const nodeReadiness = async (name: string) =>
  (await client.get(nodes, { name })).status?.conditions?.find(({ type }) => type === 'Ready')

async function createPod(
  name: string,
  labels: Record<string, string>,
  spec: Pod['spec'] = {} as never,
) {
  await client.create(pods, {
    metadata: { name, namespace: 'default', labels },
    spec: { ...spec, containers: [{ name: 'main', image: 'web:1' }] },
  })
}

test('every described node is there with its zone, capacity and taints, and renews its own lease', async () => {
  const { items } = await client.list(nodes)
  expect(items).toHaveLength(41)
  const zones = items.map(({ metadata }) => metadata.labels?.['topology.kubernetes.io/zone'])
  expect(zones.filter(zone => zone === 'east')).toHaveLength(20)
  expect(new Set(items.map(({ status }) => status?.nodeInfo?.machineID)).size).toBe(41)
  const worker = items.find(({ metadata }) => metadata.name === 'worker-7')
  expect(worker?.status?.allocatable).toMatchObject({ cpu: '4', memory: '8Gi', pods: '12' })
  const gpu = items.find(({ metadata }) => metadata.name === 'gpu')
  expect(gpu?.spec?.taints).toContainEqual({ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' })
  expect(gpu?.status?.allocatable?.['example.com/gpu']).toBe('2')
  const held = async () =>
    (await client.list(leases, { namespace: 'kube-node-lease' })).items.map(({ spec }) => spec)
  const before = await eventually(async () => {
    const found = await held()
    expect(found).toHaveLength(41)
    return new Map(found.map(spec => [spec?.holderIdentity, spec?.renewTime]))
  })
  await eventually(async () => {
    for (const spec of await held()) {
      expect(spec?.renewTime).not.toBe(before.get(spec?.holderIdentity))
    }
  })
})

test('pods spread over the nodes, and kubectl reads logs of and runs commands in any of them', async () => {
  await run('create deployment web --image=web:1 --replicas=80')
  await run('rollout status deployment/web --timeout=60s')
  const { items } = await client.list(pods, { namespace: 'default', labelSelector: 'app=web' })
  const names = new Set(items.map(({ spec }) => spec?.nodeName))
  expect(names.size).toBe(40)
  expect(new Set(items.map(({ status }) => status?.podIP)).size).toBe(80)
  const far = items.find(({ spec }) => spec?.nodeName === 'worker-40')?.metadata.name
  expect(await run(`logs ${far}`)).toContain('simulated container')
  expect(await run(`exec ${far} -- date`)).toContain('simulated container')
})

test('pods go through the stages that the description gives them', async () => {
  await createPod('slow', { app: 'slow' })
  await createPod('broken', { app: 'broken' })
  await createPod('short', { app: 'short' }, { restartPolicy: 'Never' } as never)
  await createPod('own', { app: 'slow' }, { restartPolicy: 'Never' } as never)
  await eventually(async () => {
    const slow = await getPod('slow')
    expect([slow.status?.phase, isReady(slow)]).toEqual(['Running', false])
  })
  await eventually(async () => expect(isReady(await getPod('slow'))).toBe(true))
  const { status } = await getPod('slow')
  const started = Date.parse(status?.containerStatuses?.[0]?.state?.running?.startedAt ?? '')
  const ready = Date.parse(podCondition({ status } as Pod, 'Ready')?.lastTransitionTime ?? '')
  expect(ready - started).toBeGreaterThanOrEqual(19_000)
  await eventually(async () => {
    const [container] = (await getPod('broken')).status?.containerStatuses ?? []
    expect(container?.state?.waiting?.reason).toBe('CrashLoopBackOff')
    expect(container?.lastState?.terminated?.exitCode).toBe(3)
    expect(container?.restartCount).toBeGreaterThan(1)
  })
  await eventually(async () => expect((await getPod('short')).status?.phase).toBe('Succeeded'))
  expect(await run('logs short')).toBe('done\n')
})

test('cordon keeps pods off a node, drain empties it and delete takes it away', async () => {
  await run('drain worker-1 --ignore-daemonsets --force --delete-emptydir-data --timeout=60s')
  const left = await client.list(pods, { fieldSelector: 'spec.nodeName=worker-1' })
  expect(left.items).toEqual([])
  expect(await run('get node worker-1')).toContain('Ready,SchedulingDisabled')
  await run('uncordon worker-1')
  await run('delete node worker-2')
  await eventually(async () => {
    const gone = await client.list(pods, { fieldSelector: 'spec.nodeName=worker-2' })
    expect(gone.items).toEqual([])
  })
  await run('rollout status deployment/web --timeout=60s')
  expect((await run('get nodes -o name')).split('\n')).not.toContain('node/worker-2')
})

test('a node says that it is not ready while its annotation wants it so, and is tainted', async () => {
  await run('annotate node worker-3 simulation.slipway.dev/failure=not-ready')
  await eventually(async () => {
    expect(await nodeReadiness('worker-3')).toMatchObject({
      status: 'False',
      reason: 'KubeletNotReady',
      message: 'container runtime is down: simulated failure',
    })
    const { spec } = await client.get(nodes, { name: 'worker-3' })
    expect(spec?.taints?.map(({ key }) => key)).toContain('node.kubernetes.io/not-ready')
  })
  await run('annotate node worker-3 simulation.slipway.dev/failure-')
  await eventually(async () => {
    expect(await nodeReadiness('worker-3')).toMatchObject({ status: 'True' })
    expect((await client.get(nodes, { name: 'worker-3' })).spec?.taints).toBeUndefined()
  })
})

test('nothing is heard of a node that is unreachable, until it is back', async () => {
  await run('scale deployment web --replicas=160')
  const pod = await eventually(async () => {
    const { items } = await client.list(pods, { fieldSelector: 'spec.nodeName=worker-4' })
    const found = items.find(isReady)
    if (!found) throw new Error('no pod runs on worker-4')
    return found
  })
  await run('annotate node worker-4 simulation.slipway.dev/failure=unreachable')
  await eventually(() =>
    expect(run(`logs ${pod.metadata.name}`)).rejects.toThrow(':10250: connect: no route to host'),
  )
  await eventually(
    async () => {
      expect(await nodeReadiness('worker-4')).toMatchObject({
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
      })
      const { spec } = await client.get(nodes, { name: 'worker-4' })
      expect(spec?.taints?.map(({ key }) => key)).toContain('node.kubernetes.io/unreachable')
    },
    { timeoutMs: 60_000 },
  )
  await run('annotate node worker-4 simulation.slipway.dev/failure-')
  await eventually(async () => {
    expect(await nodeReadiness('worker-4')).toMatchObject({ status: 'True' })
    expect(await run(`logs ${pod.metadata.name}`)).toContain('simulated container')
  })
})
