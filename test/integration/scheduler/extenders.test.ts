import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { podBindings, pods, priorityClasses, serviceAccounts } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { PodSpec } from '#kubernetes/api/core-v1.ts'
import { podCondition } from '#kubernetes/pod-state.ts'
import { eventually } from '../../support/eventually.ts'
import { addNode, startScheduler } from '../../support/scheduler.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

interface Asked {
  verb: string
  body: {
    Pod?: { metadata: { name: string } }
    Nodes?: { items: { metadata: { name: string } }[] }
    NodeNames?: string[]
    NodeNameToMetaVictims?: Record<string, { Pods: { UID: string }[] }>
  } & Record<string, unknown>
}

const namespace = 'default'
const gpu = 'example.com/gpu'
const asked: Asked[] = []
let answer: (asked: Asked) => unknown | Promise<unknown>
let extender: Server
let cluster: TestCluster
let client: Client
let scheduler: AsyncDisposable

/** Two extenders on one server: one for every pod that may fail, one for pods that ask for its devices. */
beforeAll(async () => {
  extender = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const call = { verb: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) }
    asked.push(call)
    const said = await answer(call)
    if (said === undefined) response.writeHead(500)
    response.end(JSON.stringify(said ?? {}))
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => extender.once('listening', resolve))
  const url = `http://127.0.0.1:${(extender.address() as AddressInfo).port}`
  cluster = await startCluster({ controllers: false })
  client = new Client(cluster.admin)
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace } })
  scheduler = startScheduler(cluster, undefined, {
    extenders: [
      {
        urlPrefix: `${url}/open/`,
        filterVerb: 'filter',
        prioritizeVerb: 'rank',
        weight: 5,
        nodeCacheCapable: true,
        ignorable: true,
      },
      {
        urlPrefix: `${url}/devices`,
        filterVerb: 'filter',
        bindVerb: 'bind',
        preemptVerb: 'preempt',
        nodeCacheCapable: true,
        managedResources: [{ name: gpu, ignoredByScheduler: true }],
      },
      {
        urlPrefix: `${url}/whole`,
        filterVerb: 'filter',
        managedResources: [{ name: `${gpu}-old` }],
      },
    ],
  })
  for (const name of ['a', 'b', 'c']) {
    await addNode(client, name, { room: { [`${gpu}-old`]: '1', pods: '20' } })
  }
})

afterAll(async () => {
  await scheduler?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
  extender?.close()
})

const create = (name: string, limits: Record<string, string> = {}, spec: Partial<PodSpec> = {}) =>
  client.create(pods, {
    metadata: { name, namespace },
    spec: { containers: [{ name: 'c', image: 'i', resources: { limits } }], ...spec },
  })
const nodeOf = (name: string) =>
  eventually(async () => {
    const { spec } = await client.get(pods, { namespace, name })
    expect(spec.nodeName).toBeDefined()
    return spec.nodeName
  })
const conditionOf = async (name: string) =>
  podCondition(await client.get(pods, { namespace, name }), 'PodScheduled')
const askedFor = (verb: string, name: string) =>
  asked.filter(one => one.verb === verb && one.body.Pod?.metadata.name === name)
const rank = (best: string) =>
  ['a', 'b', 'c'].map(Host => ({ Host, Score: Host === best ? 10 : 0 }))

test('an extender filters and ranks nodes by their names; its case does not count', async () => {
  answer = ({ verb }) =>
    verb.endsWith('/rank') ? rank('b') : { nodenames: ['a', 'b'], failedNodes: { c: 'no' } }
  for (const name of ['ranked-0', 'ranked-1', 'ranked-2']) {
    await create(name)
    expect(await nodeOf(name)).toBe('b')
  }
  const [filtered] = askedFor('/open/filter', 'ranked-0')
  expect(filtered?.body.NodeNames?.toSorted()).toEqual(['a', 'b', 'c'])
  expect(askedFor('/open/rank', 'ranked-0')[0]?.body.NodeNames?.toSorted()).toEqual(['a', 'b'])
  expect(asked.filter(({ verb }) => verb.startsWith('/devices'))).toEqual([])
})

test('one that may fail is done without, and one that may not holds its pods up', async () => {
  answer = () => undefined
  await create('free')
  await nodeOf('free')
  await create('bound-up', { [gpu]: '1' })
  const condition = await eventually(async () => {
    const found = await conditionOf('bound-up')
    expect(found?.reason).toBe('SchedulerError')
    return found
  })
  expect(condition?.message).toMatch(
    /^failed filter with extender at URL http:.*\/devices\/filter, code 500$/,
  )
  await client.delete(pods, { namespace, name: 'bound-up' }, { gracePeriodSeconds: 0 })
})

test('what it says of nodes is told of the pod, which is tried again after any change', async () => {
  let isOpen = false
  answer = ({ verb, body }) => {
    if (verb.startsWith('/open'))
      return verb.endsWith('rank') ? rank('a') : { NodeNames: body.NodeNames }
    if (verb.endsWith('/preempt')) return { NodeNameToMetaVictims: {} }
    if (verb.endsWith('/bind')) return { Error: 'bound by nobody' }
    if (isOpen) return { NodeNames: ['c'] }
    return {
      NodeNames: [],
      FailedNodes: { a: 'all in use', b: 'all in use' },
      FailedAndUnresolvableNodes: { c: 'no device' },
    }
  }
  await create('device', { [gpu]: '1' })
  await eventually(async () =>
    expect((await conditionOf('device'))?.message).toContain(
      '0/3 nodes are available: 1 no device, 2 all in use.',
    ),
  )
  isOpen = true
  await addNode(client, 'd', { spec: { unschedulable: true } })
  await eventually(async () =>
    expect((await conditionOf('device'))?.message).toBe('binding rejected: bound by nobody'),
  )
  await client.delete(pods, { namespace, name: 'device' }, { gracePeriodSeconds: 0 })
})

test('an extender that binds does so in the scheduler’s place, for pods that ask for its resource', async () => {
  answer = async ({ verb, body }) => {
    if (verb.endsWith('/rank')) return rank('a')
    if (verb.endsWith('/filter')) return { NodeNames: ['c'] }
    const { PodName, PodNamespace, PodUID, Node } = body as Record<string, string>
    await client.create(
      podBindings,
      {
        metadata: { name: PodName ?? '', namespace: PodNamespace ?? '', uid: PodUID ?? '' },
        target: { kind: 'Node', name: Node ?? '' },
      },
      { subresource: 'binding' },
    )
    return {}
  }
  await create('by-extender', { [gpu]: '1' })
  expect(await nodeOf('by-extender')).toBe('c')
  expect(asked.filter(({ verb }) => verb === '/devices/bind').at(-1)?.body).toMatchObject({
    PodName: 'by-extender',
    Node: 'c',
  })
})

test('one without a cache of its own gets whole nodes, and answers with them', async () => {
  answer = ({ verb, body }) => {
    if (verb.endsWith('/rank')) return rank('a')
    if (verb.startsWith('/open')) return { NodeNames: body.NodeNames }
    return { Nodes: { items: body.Nodes?.items.filter(({ metadata }) => metadata.name === 'b') } }
  }
  await create('whole', { [`${gpu}-old`]: '1' })
  expect(await nodeOf('whole')).toBe('b')
})

test('an extender chooses among the places where pods could be displaced', async () => {
  await client.create(priorityClasses, { metadata: { name: 'urgent' }, value: 1000 })
  answer = ({ verb, body }) => {
    if (verb.endsWith('/rank')) return rank('a')
    if (verb.endsWith('/filter')) return { NodeNames: body.NodeNames }
    if (verb.endsWith('/bind')) return { Error: 'not now' }
    const { b } = body.NodeNameToMetaVictims ?? {}
    return { NodeNameToMetaVictims: { b } }
  }
  for (const name of ['a', 'b', 'c']) {
    await create(`filler-${name}`, { cpu: '2' }, { nodeName: name })
  }
  await eventually(() => nodeOf('filler-c'))
  await create('pushy', { [gpu]: '1', cpu: '2' }, { priorityClassName: 'urgent' })
  await eventually(async () => {
    const { status } = await client.get(pods, { namespace, name: 'pushy' })
    expect(status?.nominatedNodeName).toBe('b')
  })
  const offered = askedFor('/devices/preempt', 'pushy')[0]?.body.NodeNameToMetaVictims ?? {}
  expect(Object.keys(offered).sort()).toEqual(['a', 'b', 'c'])
})
