import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NodeHandle } from '#node/node.ts'
import { deployment, pod, RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'
import { runningPod, startTestNode } from '../../support/test-node.ts'

const core = '/api/v1/namespaces/default'
const pods = `${core}/pods`
const rbac = '/apis/rbac.authorization.k8s.io/v1'
let cluster: TestCluster
let node: NodeHandle
const api = new RestClient(() => cluster.controlPlane)
/** What the node was asked for last. */
let asked: object | undefined

beforeAll(async () => {
  cluster = await startCluster()
  node = await startTestNode(cluster)
  const logs: typeof node.connection.logs = async ({ container }, options) => {
    asked = { ...options, container }
    return (async function* () {
      yield Buffer.from('one\n')
    })()
  }
  Object.assign(node.connection, { logs })
  await runningPod(cluster, 'web')
})
afterAll(async () => {
  await node?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

/** A pod that nobody schedules, of these containers. */
async function idle(name: string, spec: object = {}): Promise<string> {
  const made = await api.post(pods, pod(name, { schedulerName: 'nobody', ...spec }))
  expect(made.status, made.text).toBe(201)
  return `${pods}/${name}`
}

describe('a log', () => {
  test('is plain text, of as much as was asked for', async () => {
    const query =
      'tailLines=3&limitBytes=10&sinceSeconds=60&timestamps=True&previous=1&follow=0&stream=Stderr&tailLines=9'
    const { headers, text } = await api.get(`${pods}/web/log?${query}`)
    expect(headers['content-type']).toBe('text/plain')
    expect(text).toBe('one\n')
    expect(asked).toEqual({
      container: 'app',
      tailLines: 3,
      limitBytes: 10,
      sinceSeconds: 60,
      timestamps: true,
      previous: true,
      stream: 'Stderr',
    })
  })

  test.each([
    ['tailLines=-1', 422],
    ['limitBytes=0', 422],
    ['sinceSeconds=0', 422],
    ['tailLines=few', 400],
    ['container=none', 400],
  ])('with %s is refused', async (query, code) => {
    expect((await api.get(`${pods}/web/log?${query}`)).status).toBe(code)
  })

  test('of several containers needs to know which', async () => {
    const container = (name: string) => ({ name, image: 'i' })
    await api.post(
      pods,
      pod('several', {
        nodeName: 'test-node',
        containers: [container('a'), container('b')],
        initContainers: [container('c')],
      }),
    )
    expect((await api.get(`${pods}/several/log`)).json).toMatchObject({
      code: 400,
      message:
        'a container name must be specified for pod several, choose one of: [a b] or one of the init containers: [c]',
    })
    expect((await api.get(`${pods}/several/log?container=c`)).text).toBe('one\n')
  })

  test('of a pod without a node is empty, whichever of its containers is asked for', async () => {
    const unplaced = await idle('unplaced')
    for (const query of ['', '?follow=true&tailLines=5', '?container=c'])
      expect(await api.get(`${unplaced}/log${query}`)).toMatchObject({ status: 204, text: '' })
    expect((await api.get(`${unplaced}/log?container=none`)).json).toMatchObject({
      code: 400,
      message: 'container none is not valid for pod unplaced',
    })
  })
})

describe('exec', () => {
  test('into a pod without a node is refused', async () => {
    const { json } = await api.get(`${await idle('unplaced-too')}/exec?command=ls&stdout=1`)
    expect(json).toMatchObject({
      code: 400,
      message: 'pod unplaced-too does not have a host assigned',
    })
  })

  test.each([
    ['a command', 'stdout=1', 'you must specify at least 1 command for the container'],
    ['any stream', 'command=ls', 'you must specify at least 1 of stdin, stdout, stderr'],
    ['an upgrade', 'command=ls&stdout=1', 'Upgrade request required'],
  ])('without %s is refused', async (_what, query, why) => {
    const { json } = await api.get(`${pods}/web/exec?${query}`)
    expect(json.code).toBe(400)
    expect(json.message).toContain(why)
  })

  test('takes who may create it, also when it begins with a GET', async () => {
    await api.post(`${rbac}/clusterroles`, {
      metadata: { name: 'gets-exec' },
      rules: [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['get'] }],
    })
    await api.post(`${rbac}/clusterrolebindings`, {
      metadata: { name: 'gets-exec' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'gets-exec' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'looker' }],
    })
    const target = `${pods}/web/exec?command=ls&stdout=1`
    const { json } = await api.send('GET', target, undefined, { 'impersonate-user': 'looker' })
    expect(json).toMatchObject({
      code: 403,
      message:
        'pods "web" is forbidden: User "looker" cannot create resource "pods/exec" in API group "" in the namespace "default"',
    })
  })
})

describe('ephemeral containers', () => {
  const debugger_ = { name: 'd', image: 'i' }

  test('are added by their subresource alone, and stay as they are', async () => {
    const target = await idle('debugged')
    const add = (list: object[], at = `${target}/ephemeralcontainers`) =>
      api.patch('merge', at, { spec: { ephemeralContainers: list } })
    expect((await add([debugger_], target)).status).toBe(422)
    const { json } = await add([debugger_])
    expect(json.spec.ephemeralContainers).toMatchObject([debugger_])
    expect((await api.get(target)).json.spec.ephemeralContainers).toHaveLength(1)
    expect((await add([])).json.message).toContain('may not be removed')
    expect((await add([{ ...debugger_, image: 'other' }])).json.message).toContain(
      'may not be changed',
    )
  })

  test('change nothing else', async () => {
    const target = await idle('untouched')
    const { json } = await api.patch('merge', `${target}/ephemeralcontainers`, {
      metadata: { labels: { a: 'b' } },
      spec: { ephemeralContainers: [debugger_], activeDeadlineSeconds: 5 },
    })
    expect(json.metadata.labels).toBeUndefined()
    expect(json.spec.activeDeadlineSeconds).toBeUndefined()
  })
})

describe('a proxy', () => {
  test.each([
    ['pods/ftp:web:80', 400, 'invalid pod request "ftp:web:80"'],
    ['pods/http::80', 400, 'invalid pod request "http::80"'],
    ['pods/none', 404, 'pods "none" not found'],
    ['services/https:kubernetes:1', 503, 'no service port 1 found for service "kubernetes"'],
    ['services/empty:80', 503, 'no endpoints available for service "empty"'],
  ])('to %s is a %i', async (what, code, message) => {
    await api.post(`${core}/services`, {
      metadata: { name: 'empty' },
      spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] },
    })
    expect((await api.get(`${core}/${what}/proxy/a%20b?c`)).json).toMatchObject({ code, message })
  })
})

test('a resize takes amounts of resources and nothing else', async () => {
  const resources = { requests: { cpu: '100m' }, limits: { cpu: '200m' } }
  const containers = [{ name: 'c', image: 'i', resources }]
  const target = await idle('grown', { containers })
  const wanted = { requests: { cpu: '150m' }, limits: { cpu: '200m' } }
  const { json } = await api.patch('strategic', `${target}/resize`, {
    spec: { containers: [{ name: 'c', image: 'other', resources: wanted }] },
  })
  expect(json.spec.containers).toMatchObject([{ image: 'i', resources: wanted }])
  const direct = { spec: { containers: [{ name: 'c', resources }] } }
  expect((await api.patch('strategic', target, direct)).status).toBe(422)
})

describe('a binding', () => {
  const binding = (name: string, target: object) => ({ metadata: { name }, target })

  test('places a pod once, by its subresource and by the kind', async () => {
    const place = { kind: 'Node', name: 'elsewhere' }
    const one = await idle('bound-one')
    expect((await api.post(`${one}/binding`, binding('bound-one', place))).json).toMatchObject({
      kind: 'Status',
      status: 'Success',
      code: 201,
    })
    expect((await api.get(one)).json.spec.nodeName).toBe('elsewhere')
    expect((await api.post(`${one}/binding`, binding('bound-one', place))).json).toMatchObject({
      code: 409,
      reason: 'Conflict',
    })
    const two = await idle('bound-two')
    expect((await api.post(`${core}/bindings`, binding('bound-two', place))).status).toBe(201)
    expect((await api.get(two)).json.spec.nodeName).toBe('elsewhere')
  })

  test('to anything but a node is refused', async () => {
    const target = await idle('misplaced')
    const wrong = binding('misplaced', { kind: 'Pod', name: 'x' })
    expect((await api.post(`${target}/binding`, wrong)).status).toBe(400)
  })
})

test.each([
  ['apps/v1', 'Deployment', 'deployments'],
  ['apps/v1', 'ReplicaSet', 'replicasets'],
  ['apps/v1', 'StatefulSet', 'statefulsets'],
  ['v1', 'ReplicationController', 'replicationcontrollers'],
])(
  'the scale of a kind of %s, %s, reads and writes its replicas',
  async (apiVersion, kind, plural) => {
    const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
    const target = `${root}/namespaces/default/${plural}/scaled`
    const { spec } = deployment('scaled', { replicas: 0 })
    const selector = kind === 'ReplicationController' ? { app: 'scaled' } : spec.selector
    const body = { apiVersion, kind, metadata: { name: 'scaled' }, spec: { ...spec, selector } }
    const made = await api.post(target.slice(0, target.lastIndexOf('/')), body)
    expect(made.status, made.text).toBe(201)
    expect((await api.get(`${target}/scale`)).json).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name: 'scaled', namespace: 'default', uid: made.json.metadata.uid },
      status: { selector: 'app=scaled' },
    })
    const written = await api.put(`${target}/scale`, { metadata: { name: 'scaled' }, spec: {} })
    expect(written.json.spec.replicas ?? 0).toBe(0)
    await api.patch('json', `${target}/scale`, [{ op: 'add', path: '/spec/replicas', value: 1 }])
    expect((await api.get(target)).json.spec.replicas).toBe(1)
    const negative = await api.patch('merge', `${target}/scale`, { spec: { replicas: -1 } })
    expect(negative.json).toMatchObject({ code: 422, details: { kind: 'Scale' } })
    await api.delete(target, { propagationPolicy: 'Background' })
  },
)
