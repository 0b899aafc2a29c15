import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  events,
  nodes,
  podDisruptionBudgets,
  pods,
  priorityClasses,
  serviceAccounts,
} from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { PodSpec } from '#kubernetes/api/core-v1.ts'
import { eventually } from '../../support/eventually.ts'
import { addNode, startScheduler } from '../../support/scheduler.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
let client: Client
let scheduler: AsyncDisposable

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  client = new Client(cluster.admin)
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } })
  for (const [name, value] of Object.entries({ low: 1, middle: 10, high: 100 })) {
    await client.create(priorityClasses, { metadata: { name }, value })
  }
  await client.create(priorityClasses, {
    metadata: { name: 'patient' },
    value: 100,
    preemptionPolicy: 'Never',
  })
  scheduler = startScheduler(cluster)
})

afterAll(async () => {
  await scheduler?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

beforeEach(async () => {
  for (const { metadata } of (await client.list(pods)).items) await remove(metadata.name)
  for (const { metadata } of (await client.list(nodes)).items) await client.delete(nodes, metadata)
})

const create = (
  name: string,
  priorityClassName: string,
  cpu: string,
  { labels = {}, ...spec }: Partial<PodSpec> & { labels?: Record<string, string> } = {},
) =>
  client.create(pods, {
    metadata: { name, namespace: 'default', labels },
    spec: {
      priorityClassName,
      automountServiceAccountToken: false,
      containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu } } }],
      ...spec,
    },
  })
const read = (name: string) => client.get(pods, { namespace: 'default', name })
const remove = (name: string) =>
  client.delete(pods, { namespace: 'default', name }, { gracePeriodSeconds: 0 }).catch(() => {})
const bound = (name: string, node: string) =>
  eventually(async () => expect((await read(name)).spec?.nodeName).toBe(node))
const nominated = (name: string, node: string) =>
  eventually(async () => expect((await read(name)).status?.nominatedNodeName).toBe(node))
const message = async (name: string) =>
  (await read(name)).status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message

test('a pod displaces the least important one, which has its grace, and gets its place', async () => {
  await addNode(client, 'node-1')
  await create('kept', 'middle', '1')
  await bound('kept', 'node-1')
  await create('victim', 'low', '1')
  await bound('victim', 'node-1')
  const { metadata } = await create('urgent', 'high', '1')
  await nominated('urgent', 'node-1')
  expect(await message('urgent')).toBe('0/1 nodes are available: 1 Insufficient cpu.')
  await eventually(async () => {
    const victim = await read('victim')
    expect(victim.metadata.deletionTimestamp).toBeDefined()
    expect(victim.metadata.deletionGracePeriodSeconds).toBe(30)
    const { conditions = [] } = victim.status ?? {}
    expect(conditions.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    })
  })
  await eventually(async () => {
    const notes = (await client.list(events)).items.filter(({ reason }) => reason === 'Preempted')
    expect(notes).toMatchObject([
      {
        type: 'Normal',
        message: `Preempted by pod ${metadata.uid} on node node-1`,
        involvedObject: { name: 'victim' },
      },
    ])
  })
  expect((await read('kept')).metadata.deletionTimestamp).toBeUndefined()
  await remove('victim')
  await bound('urgent', 'node-1')
  expect((await read('urgent')).status?.nominatedNodeName).toBeUndefined()
})

test('the place of a displaced pod is not given to another, also after a restart', async () => {
  await addNode(client, 'node-1')
  for (const name of ['victim-1', 'victim-2']) {
    await create(name, 'low', '1')
    await bound(name, 'node-1')
  }
  await create('urgent', 'high', '2')
  await nominated('urgent', 'node-1')
  await scheduler[Symbol.asyncDispose]()
  await create('thief', 'middle', '1')
  scheduler = startScheduler(cluster)
  await eventually(async () => expect(await message('thief')).toContain('Insufficient cpu'))
  await remove('victim-1')
  await create('second-thief', 'middle', '1')
  await eventually(async () => expect(await message('second-thief')).toContain('Insufficient cpu'))
  expect((await read('thief')).spec?.nodeName).toBeUndefined()
  await remove('victim-2')
  await bound('urgent', 'node-1')
})

test('pods that a budget guards are spared where there is another way', async () => {
  await client.create(podDisruptionBudgets, {
    metadata: { name: 'guard', namespace: 'default' },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'guarded' } } },
  })
  await addNode(client, 'node-1')
  await create('guarded', 'low', '2', { labels: { app: 'guarded' } })
  await bound('guarded', 'node-1')
  await addNode(client, 'node-2')
  await create('free', 'middle', '2')
  await bound('free', 'node-2')
  await create('urgent', 'high', '2')
  await nominated('urgent', 'node-2')
  expect((await read('guarded')).metadata.deletionTimestamp).toBeUndefined()
})

test('nothing is displaced for equals, for the patient, or in vain', async () => {
  await addNode(client, 'node-1')
  await create('first', 'high', '1500m')
  await bound('first', 'node-1')
  await create('small', 'low', '500m')
  await bound('small', 'node-1')
  await create('equal', 'high', '1')
  await eventually(async () =>
    expect(await message('equal')).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Insufficient cpu.',
    ),
  )
  await create('patient', 'patient', '500m')
  await eventually(async () =>
    expect(await message('patient')).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
    ),
  )
  await create('least', 'low', '500m')
  await eventually(async () =>
    expect(await message('least')).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ),
  )
  expect((await read('small')).metadata.deletionTimestamp).toBeUndefined()
})
