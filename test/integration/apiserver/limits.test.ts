import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, type IncomingHttpHeaders } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { CustomResourceClient, definition, thing } from '../../support/custom-resources.ts'
import { kubectlOutput } from '../../support/kubectl.ts'
import { configMap, RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const clock = new FakeClock(Date.now())
const maps = '/api/v1/namespaces/default/configmaps'
const things = '/apis/test.example.com/v1/things'
const MiB = 1024 * 1024
let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)

beforeAll(async () => {
  cluster = await startCluster({ controllers: false, clock })
  await new CustomResourceClient(cluster).define(
    definition('things', crd => {
      const [version] = crd.spec.versions
      const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
      if (version)
        version.schema = { openAPIV3Schema: { type: 'object', properties: { spec: free } } }
    }),
  )
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

test('a body of 3 MiB is read, one of more is refused', async () => {
  const body = (length: number) => {
    const text = JSON.stringify(configMap('large', { data: { k: '' } }))
    return text.replace('"k":""', `"k":"${'x'.repeat(length - text.length)}"`)
  }
  const exact = await api.send('POST', maps, body(3 * MiB))
  expect(exact.json).toMatchObject({ code: 422, reason: 'Invalid' })
  expect((await api.send('POST', maps, body(3 * MiB + 1))).json).toMatchObject({
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: 'Request entity too large: limit is 3145728',
  })
})

/** How to reach the cluster as administrator without a client. */
function credentials() {
  const { ca, clients } = cluster.controlPlane.certificates
  const { key = '', certificate: cert = '' } = clients['admin'] ?? {}
  return { ca: ca.certificate, key, cert }
}

/** A POST over HTTPS whose body is written by hand. */
function openPost(headers: Record<string, string>): ReturnType<typeof httpsRequest> {
  return httpsRequest(`${cluster.controlPlane.url}${maps}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...credentials(),
    agent: false,
  })
}

const answerTo = (request: ReturnType<typeof httpsRequest>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.on('response', resolve)
    // The server has answered and reads no more.
    request.on('error', reject)
  })

test('a body of more than 3 MiB is refused without a length too', async () => {
  const request = openPost({})
  const answer = answerTo(request)
  for (let sent = 0; sent <= 3; sent++) request.write(Buffer.alloc(MiB, ' '))
  const response = await answer
  expect(response.statusCode).toBe(413)
  response.destroy()
})

test('a body of more than 3 MiB is refused over HTTP/2 without a length too', async () => {
  const session = connect(cluster.controlPlane.url, credentials())
  onTestFinished(() => session.destroy())
  const headers = { ':method': 'POST', ':path': maps, 'content-type': 'application/json' }
  const stream = session.request(headers)
  const answered = once(stream, 'response')
  for (let sent = 0; sent <= 3; sent++) stream.write(Buffer.alloc(MiB, ' '))
  const [response] = (await answered) as [IncomingHttpHeaders]
  expect(response).toMatchObject({ ':status': 413 })
  expect(await json(stream)).toMatchObject({ code: 413, reason: 'RequestEntityTooLarge' })
})

test('a request that is not done after 60 seconds is answered with a 504', async () => {
  const request = openPost({ expect: '100-continue' })
  const answer = answerTo(request)
  // The server has begun to read a body that never ends.
  await once(request, 'continue')
  let isAnswered = false
  void answer.then(() => {
    isAnswered = true
  })
  await clock.advance(59_999)
  expect((await api.send('GET', maps)).status).toBe(200)
  expect(isAnswered).toBe(false)
  await clock.advance(1)
  const response = await answer
  expect(response.statusCode).toBe(504)
  expect(await json(response)).toMatchObject({
    kind: 'Status',
    reason: 'Timeout',
    message: 'Timeout: request did not complete within the allotted timeout',
  })
  request.destroy()
})

test('an object of more than 1.5 MiB is not stored', async () => {
  const large = (length: number) => thing('things', `of-${length}`, { text: 'x'.repeat(length) })
  expect((await api.post(things, large(1.4 * MiB))).status).toBe(201)
  const { status, json } = await api.post(things, large(1.6 * MiB))
  expect(status).toBe(500)
  expect(json).toMatchObject({ status: 'Failure', message: 'etcdserver: request is too large' })
  expect((await api.get(`${things}/of-${1.6 * MiB}`)).status).toBe(404)
})

test('annotations hold 256 KiB together', async () => {
  const annotated = (name: string, length: number) =>
    configMap(name, {}, { annotations: { 'example.com/a': 'x'.repeat(length - 13) } })
  expect((await api.post(maps, annotated('fits', 262_144))).status).toBe(201)
  expect((await api.post(maps, annotated('fits-not', 262_145))).json).toMatchObject({
    code: 422,
    message:
      'ConfigMap "fits-not" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
  })
})

test('a ConfigMap holds 1 MiB', async () => {
  const of = (name: string, length: number) => configMap(name, { data: { k: 'x'.repeat(length) } })
  expect((await api.post(maps, of('full', MiB))).status).toBe(201)
  const { json } = await api.post(maps, of('overfull', MiB + 1))
  expect(json.code).toBe(422)
  expect(json.message).toContain('Too long: may not be more than 1048576 bytes')
})

test('kubectl prints what is too long', async () => {
  const metadata = { annotations: { 'example.com/a': 'x'.repeat(300_000) } }
  const input = JSON.stringify(configMap('annotated', {}, metadata))
  await expect(kubectlOutput(cluster.kubeconfig, ['create', '-f', '-'], { input })).rejects.toThrow(
    'The ConfigMap "annotated" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
  )
})

test.each([
  ['names', 253, (name: string) => configMap(name)],
  ['label values', 63, (value: string) => configMap('label', {}, { labels: { l: value } })],
  ['names of labels', 63, (key: string) => configMap('key', {}, { labels: { [key]: '1' } })],
  ['keys of data', 253, (key: string) => configMap('data', { data: { [key]: '1' } })],
])('%s have at most %i characters', async (_what, length, of) => {
  const dry = `${maps}?dryRun=All`
  expect((await api.post(dry, of('x'.repeat(length)))).status).toBe(201)
  const { json } = await api.post(dry, of('x'.repeat(length + 1)))
  expect(json).toMatchObject({ code: 422, reason: 'Invalid' })
})

test('names of namespaces have at most 63 characters', async () => {
  const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const dry = '/api/v1/namespaces?dryRun=All'
  expect((await api.post(dry, namespace('x'.repeat(63)))).status).toBe(201)
  expect((await api.post(dry, namespace('x'.repeat(64)))).json.reason).toBe('Invalid')
})

test.each([
  ['lists', '[', ']'],
  ['maps', '{"a":', '}'],
])('a body of too many %s within each other is refused', async (_what, open, close) => {
  const spec = `${open.repeat(20_000)}1${close.repeat(20_000)}`
  const head = '{"apiVersion":"test.example.com/v1","kind":"Thing","metadata":{"name":"deep"}'
  const { json } = await api.send('POST', things, `${head},"spec":{"x":${spec}}}`)
  expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
})

test('a body that lies too deep is refused, whatever it is written in', async () => {
  const nested = (depth: number) => `{"data":${'['.repeat(depth)}${']'.repeat(depth)}}`
  for (const type of ['application/json', 'application/yaml']) {
    const { json } = await api.send('POST', maps, nested(9000), { 'content-type': type })
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
  }
  const { json } = await api.send('PATCH', `${maps}/deep`, nested(9000), {
    'content-type': 'application/merge-patch+json',
  })
  expect(json).toMatchObject({ code: expect.toBeOneOf([400, 404]) })
})

test('a YAML of aliases that explode is refused', async () => {
  const levels = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi'])
    levels.push(`${to}: &${to} [${Array.from({ length: 10 }, () => `*${from}`).join()}]`)
  const { json } = await api.send('POST', maps, levels.join('\n'), {
    'content-type': 'application/yaml',
  })
  expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
})
