import { afterAll, beforeAll, expect, test } from 'vitest'
import { pods } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { PodSpec } from '#kubernetes/api/core-v1.ts'
import { type NodeHandle, simulationFrom } from '#node/node.ts'
import { placementOf } from '../../../src-main/app/objects/placement.ts'
import { eventually } from '../../support/eventually.ts'
import { kubectl, kubectlOutput } from '../../support/kubectl.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'
import { startTestNode } from '../../support/test-node.ts'

let cluster: TestCluster
let nodes: NodeHandle
let client: Client

beforeAll(async () => {
  cluster = await startCluster({
    schedulerConfiguration: {
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      profiles: [
        { schedulerName: 'default-scheduler' },
        {
          schedulerName: 'packer',
          plugins: {
            multiPoint: { disabled: [{ name: 'DefaultPreemption' }] },
            filter: { disabled: [{ name: 'TaintToleration' }] },
            score: { disabled: [{ name: '*' }], enabled: [{ name: 'NodeResourcesFit' }] },
          },
          pluginConfig: [
            { name: 'NodeResourcesFit', args: { scoringStrategy: { type: 'MostAllocated' } } },
          ],
        },
      ],
    },
  })
  client = new Client(cluster.admin)
  await eventually(() => kubectlOutput(cluster.kubeconfig, ['get', 'serviceaccount', 'default']))
  const capacity = { cpu: '4' }
  const taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }
  const described = [{ name: 'a' }, { name: 'b' }, { name: 'tainted', taints: [taint] }]
  const simulation = simulationFrom({ nodes: described.map(node => ({ ...node, capacity })) })
  nodes = await startTestNode(cluster, { simulation })
  await eventually(async () => {
    const { stdout } = await kubectl(cluster.kubeconfig, ['get', 'nodes', '-o', 'json'])
    expect(stdout).not.toContain('node.kubernetes.io/not-ready')
  })
})

afterAll(async () => {
  await nodes?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

const create = (name: string, cpu: string, spec: Partial<PodSpec> = {}) =>
  client.create(pods, {
    metadata: { name, namespace: 'default' },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu } } }],
      ...spec,
    },
  })

const read = (name: string) => client.get(pods, { namespace: 'default', name })

async function nodeOf(name: string): Promise<string> {
  return eventually(async () => {
    const node = (await read(name)).spec?.nodeName
    if (!node) throw new Error(`${name} has no node`)
    return node
  })
}

async function messageOf(name: string): Promise<string> {
  return eventually(async () => {
    const { status } = await read(name)
    const message = status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message
    if (!message) throw new Error(`nothing is said of ${name}`)
    return message
  })
}

test('a profile places its pods by its own plugins and arguments', async () => {
  await create('first', '1', { nodeName: 'a' })
  await create('spread', '500m')
  expect(await nodeOf('spread')).toBe('b')
  // The emptiest node is liked best by the one profile, the fullest by the other.
  await create('packed', '500m', { schedulerName: 'packer' })
  expect(await nodeOf('packed')).toBe('a')
  // Without its plugin a taint keeps nobody away.
  const nodeSelector = { 'kubernetes.io/hostname': 'tainted' }
  await create('careless', '100m', { schedulerName: 'packer', nodeSelector })
  expect(await nodeOf('careless')).toBe('tainted')
  await create('none', '100m', { schedulerName: 'nobody' })
  await create('last', '100m')
  await nodeOf('last')
  expect((await read('none')).spec?.nodeName).toBeUndefined()
})

test('why a pod waits is told node by node, to those who may ask, and as counts by its message', async () => {
  await create('huge', '64')
  expect(await messageOf('huge')).toBe(
    '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. ' +
      'no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
  )
  const path = '/slipway/scheduling/namespaces/default/pods/huge'
  const told = JSON.parse(await kubectlOutput(cluster.kubeconfig, ['get', '--raw', path]))
  expect(told).toEqual({
    nodeCount: 3,
    rejections: [
      {
        plugin: 'NodeResourcesFit',
        reasons: ['Insufficient cpu'],
        preemption: false,
        nodes: ['a', 'b'],
      },
      {
        plugin: 'TaintToleration',
        reasons: ['node(s) had untolerated taint(s)'],
        preemption: false,
        nodes: ['tainted'],
      },
    ],
    fits: [],
  })
  const refused = await kubectl(cluster.kubeconfig, ['get', '--raw', path, '--as=jane'])
  expect(refused.stderr).toContain('forbidden')
  const bound = await kubectl(cluster.kubeconfig, ['get', '--raw', path.replace('huge', 'first')])
  expect(bound.stderr).toContain('pod "default/first" waits for no node')

  const { signal } = new AbortController()
  const pod = { ...(await read('huge')), kind: 'Pod' }
  const whole = await placementOf(cluster.admin, pod, signal)
  expect(whole?.reasons.map(({ reason, nodes }) => [reason, nodes])).toEqual([
    ['Insufficient cpu', ['a', 'b']],
    ['node(s) had untolerated taint(s)', ['tainted']],
  ])
  const stranger = cluster.controlPlane.transport({
    name: 'jane',
    groups: ['system:authenticated'],
  })
  const counted = await placementOf(stranger, pod, signal)
  expect(counted).toEqual({
    nodeCount: 3,
    reasons: [
      { reason: 'Insufficient cpu', count: 2, nodes: [] },
      { reason: 'node(s) had untolerated taint(s)', count: 1, nodes: [] },
    ],
    fits: [],
  })
})

test('a profile without preemption displaces nobody, and a gate is named', async () => {
  await create('patient', '64', { schedulerName: 'packer' })
  expect(await messageOf('patient')).toBe(
    '0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate',
  )
  await create('gated', '100m', { schedulingGates: [{ name: 'example.com/wait' }] })
  const { status } = await read('gated')
  expect(status?.conditions).toContainEqual(
    expect.objectContaining({
      type: 'PodScheduled',
      status: 'False',
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    }),
  )
  const path = '/slipway/scheduling/namespaces/default/pods/gated'
  const told = JSON.parse(await kubectlOutput(cluster.kubeconfig, ['get', '--raw', path]))
  expect(told.message).toBe('waiting for scheduling gates: [example.com/wait]')
})
