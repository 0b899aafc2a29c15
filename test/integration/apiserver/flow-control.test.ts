import { connect, type IncomingHttpHeaders } from 'node:http2'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { eventually } from '../../support/eventually.ts'
import { kubectl, kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { configMap, RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const clock = new FakeClock(Date.now())
let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)
const run = (command: string) => kubectlOutput(cluster.kubeconfig, splitCommand(command))

beforeAll(async () => {
  cluster = await startCluster({ controllers: false, clock })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('flow control', () => {
  const path = '/apis/flowcontrol.apiserver.k8s.io/v1'
  const danglingOf = async (name: string) => {
    const { json } = await api.get(`${path}/flowschemas/${name}`)
    return json.status?.conditions?.find(({ type }: { type: string }) => type === 'Dangling')
  }

  test('every cluster begins with upstream schemas and levels', async () => {
    const schemas = await run('get flowschemas --no-headers')
    expect(schemas.trim().split('\n')).toHaveLength(11)
    expect(schemas).toMatch(/^system-nodes +system +500 +ByUser +\d+s +False$/m)
    expect(await run('get prioritylevelconfigurations -o name')).toContain('/node-high')
  })

  test('a schema tells whether its level exists', async () => {
    const spec = { priorityLevelConfiguration: { name: 'later' } }
    await api.post(`${path}/flowschemas`, { metadata: { name: 'waits' }, spec })
    await eventually(async () => {
      expect(await danglingOf('waits')).toMatchObject({ status: 'True', reason: 'NotFound' })
    })
    await api.post(`${path}/prioritylevelconfigurations`, {
      metadata: { name: 'later' },
      spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
    })
    await eventually(async () => {
      expect(await danglingOf('waits')).toMatchObject({ status: 'False', reason: 'Found' })
    })
  })

  test('what is mandatory comes back', async () => {
    const before = await api.get(`${path}/flowschemas/catch-all`)
    await api.delete(`${path}/flowschemas/catch-all`)
    await eventually(async () => {
      const { json } = await api.get(`${path}/flowschemas/catch-all`)
      expect(json.metadata?.uid).toBeDefined()
      expect(json.metadata.uid).not.toBe(before.json.metadata.uid)
    })
  })

  test('an answer tells by uid which schema and level it came under, a refusal too', async () => {
    const told = async (url: string, user?: string) => {
      const { headers } = await api.send(
        'GET',
        url,
        undefined,
        user ? { 'impersonate-user': user } : {},
      )
      return [
        headers['x-kubernetes-pf-flowschema-uid'],
        headers['x-kubernetes-pf-prioritylevel-uid'],
      ]
    }
    const uids = async (schema: string, level: string) => [
      (await api.get(`${path}/flowschemas/${schema}`)).json.metadata.uid,
      (await api.get(`${path}/prioritylevelconfigurations/${level}`)).json.metadata.uid,
    ]
    expect(await told(maps)).toEqual(await uids('exempt', 'exempt'))
    const account = 'system:serviceaccount:kube-system:default'
    expect(await told(maps, account)).toEqual(
      await uids('kube-system-service-accounts', 'workload-high'),
    )
    expect(await told('/version', 'jane')).toEqual(await uids('global-default', 'global-default'))
  })
})

const flowcontrol = '/apis/flowcontrol.apiserver.k8s.io/v1'
const maps = '/api/v1/namespaces/default/configmaps'

/** Gives a user a level of three seats that borrows none, and every right. */
async function limit(user: string, limitResponse: object): Promise<void> {
  const subjects = [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }]
  const roleRef = { kind: 'ClusterRole', name: 'cluster-admin' }
  const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
  await api.post(bindings, { metadata: { name: user }, roleRef, subjects })
  const limited = { nominalConcurrencyShares: 1, borrowingLimitPercent: 0, limitResponse }
  await api.post(`${flowcontrol}/prioritylevelconfigurations`, {
    metadata: { name: user },
    spec: { type: 'Limited', limited },
  })
  const resourceRules = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true },
  ]
  const made = await api.post(`${flowcontrol}/flowschemas`, {
    metadata: { name: user },
    spec: {
      priorityLevelConfiguration: { name: user },
      matchingPrecedence: 50,
      distinguisherMethod: { type: 'ByUser' },
      rules: [{ subjects: [{ kind: 'User', user: { name: user } }], resourceRules }],
    },
  })
  expect(made.status).toBe(201)
}

/** Requests of a user over one connection. A POST stays open until its body is sent. */
function asUser(user: string) {
  const { ca, clients } = cluster.controlPlane.certificates
  const { key = '', certificate: cert = '' } = clients['admin'] ?? {}
  const session = connect(cluster.controlPlane.url, { ca: ca.certificate, key, cert })
  onTestFinished(() => session.destroy())
  const request = (method: string, url = maps) => {
    const headers = {
      ':method': method,
      ':path': url,
      'content-type': 'application/json',
      'impersonate-user': user,
    }
    const stream = session.request(headers, { endStream: method === 'GET' })
    stream.on('error', () => {})
    const answered = new Promise<IncomingHttpHeaders>(resolve => stream.once('response', resolve))
    return { stream, answered }
  }
  return { request, session }
}

/** A value of the metrics that start with a name and have a label. */
async function metric(name: string, label: string): Promise<number> {
  const line = (await api.get('/metrics')).text
    .split('\n')
    .find(
      candidate =>
        candidate.startsWith(`apiserver_flowcontrol_${name}{`) && candidate.includes(label),
    )
  return Number(line?.split(' ').at(-1) ?? 0)
}

describe('a level of three seats', () => {
  test('that rejects answers a fourth request with a 429, while administrators are served; kubectl comes again', async () => {
    await limit('jane', { type: 'Reject' })
    const { request, session } = asUser('jane')
    const writes = [request('POST'), request('POST'), request('POST')]
    await eventually(async () => expect(await metric('current_executing_seats', '"jane"')).toBe(3))
    const refused = request('GET')
    expect(await refused.answered).toMatchObject({
      ':status': 429,
      'retry-after': '1',
      'content-type': 'text/plain; charset=utf-8',
      'x-kubernetes-pf-flowschema-uid': expect.any(String),
      'x-kubernetes-pf-prioritylevel-uid': expect.any(String),
    })
    expect(await text(refused.stream)).toBe('Too many requests, please try again later.\n')
    expect((await api.post(maps, configMap('by-admin'))).status).toBe(201)
    const refusals = () =>
      metric('rejected_requests_total', 'priority_level="jane",reason="concurrency-limit"')
    expect(await refusals()).toBe(1)
    const created = kubectl(cluster.kubeconfig, ['create', 'configmap', 'by-kubectl', '--as=jane'])
    await eventually(async () => expect(await refusals()).toBeGreaterThan(1))
    for (const { stream } of writes) stream.destroy()
    session.destroy()
    expect(await created).toMatchObject({ code: 0, stdout: 'configmap/by-kubectl created\n' })
  })

  test('that queues lets requests wait, until seats are free, the level grows, or 15 seconds are over', async () => {
    const queuing = { queues: 1, handSize: 1, queueLengthLimit: 2 }
    await limit('joe', { type: 'Queue', queuing })
    const { request } = asUser('joe')
    const waiting = (count: number) =>
      eventually(async () =>
        expect(await metric('current_inqueue_requests', 'flow_schema="joe"')).toBe(count),
      )
    const [first, ..._others] = [request('POST'), request('POST'), request('POST')]
    await eventually(async () => expect(await metric('current_executing_seats', '"joe"')).toBe(3))
    const freed = request('GET')
    await waiting(1)
    first?.stream.destroy()
    expect(await freed.answered).toMatchObject({ ':status': 200 })
    request('POST')
    await eventually(async () => expect(await metric('current_executing_seats', '"joe"')).toBe(3))

    const late = request('GET')
    await waiting(1)
    const gone = request('GET')
    await waiting(2)
    expect(await request('GET').answered).toMatchObject({ ':status': 429 })
    expect(await metric('rejected_requests_total', 'reason="queue-full"')).toBe(1)
    gone.stream.close()
    await waiting(1)
    await clock.advance(15_000)
    expect(await late.answered).toMatchObject({ ':status': 429 })
    expect(await metric('rejected_requests_total', 'reason="time-out"')).toBe(1)

    const grown = request('GET')
    await waiting(1)
    const level = `${flowcontrol}/prioritylevelconfigurations/joe`
    const patch = { spec: { limited: { nominalConcurrencyShares: 30 } } }
    await api.send('PATCH', level, JSON.stringify(patch), {
      'content-type': 'application/merge-patch+json',
    })
    expect(await grown.answered).toMatchObject({ ':status': 200 })
  })

  test('does not count watches that are open', async () => {
    await limit('jim', { type: 'Reject' })
    const { request } = asUser('jim')
    for (let watches = 0; watches < 5; watches++)
      expect(await request('GET', `${maps}?watch=1`).answered).toMatchObject({ ':status': 200 })
    expect(await metric('current_executing_seats', '"jim"')).toBe(0)
  })
})
