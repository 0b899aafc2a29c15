import { connect } from 'node:http2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '#base/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { RawApi } from '../../support/raw-api.ts'
import { sampleObject } from '../../support/sample-objects.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

/** What random requests brought to light, each by itself. */

let cluster: TestCluster
let api: RawApi
const logged: string[] = []
const identity = () => {
  const { certificates, url } = cluster.controlPlane
  const { key = '', certificate: cert = '' } = certificates.clients['admin'] ?? {}
  return { url, ca: certificates.ca.certificate, key, cert }
}
beforeAll(async () => {
  const logger = createLogger({ write: line => logged.push(line), now: Date.now, level: 'error' })
  cluster = await startCluster({ controllers: false, logger })
  const { url, ca, ...credentials } = identity()
  api = new RawApi({ url, ca, identity: credentials })
  const accounts = '/api/v1/namespaces/default/serviceaccounts'
  await api.request('POST', accounts, { body: { metadata: { name: 'default' } } })
})
afterAll(async () => {
  api?.[Symbol.dispose]()
  await cluster?.[Symbol.asyncDispose]()
})

const configMaps = '/api/v1/namespaces/default/configmaps'
const controllers = '/api/v1/namespaces/default/replicationcontrollers'
const apply = (body: object) =>
  api.request('PATCH', `${configMaps}/applied?fieldManager=me`, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/apply-patch+yaml' },
  })

const post = (body: string) =>
  api.request('POST', configMaps, { body, headers: { 'content-type': 'application/json' } })

describe('a configuration to apply', () => {
  test('whose metadata is no object is refused with a 400', async () => {
    const { json } = await apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: 'é' })
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })

  test.each(['name', 'namespace', 'uid', 'resourceVersion'])(
    'whose %s is no text is refused with a 400',
    async field => {
      const metadata = { [field]: { toString: 'x' } }
      const { json } = await apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
      expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
      expect(json['message']).toContain(`metadata.${field}`)
    },
  )

  test('whose apiVersion is no text is refused with a 400', async () => {
    const { json } = await apply({ apiVersion: 1, kind: {}, metadata: {} })
    expect(json).toMatchObject({
      code: 400,
      message:
        "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .apiVersion of type string",
    })
  })
})

describe('a body', () => {
  test.each([
    [
      '{"kind": {"toString": 1}, "apiVersion": "v1"}',
      `couldn't get version/kind; json parse error: json: cannot unmarshal object into Go struct field .kind of type string ({"kind": {"toString": 1}, "api ...)`,
    ],
    [
      '{"kind":',
      `couldn't get version/kind; json parse error: unexpected end of JSON input ({"kind":)`,
    ],
    ['', "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)"],
    [
      'kind: ConfigMap',
      "couldn't get version/kind; json parse error: invalid character 'k' looking for beginning of value (6b696e643a20436f6e6669674d6170)",
    ],
    [
      '[]',
      `couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (5b5d)`,
    ],
  ])('%s tells no kind, and is quoted in the 400', async (body, problem) => {
    const { json } = await post(body)
    expect(json).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message: `the object provided is unrecognized (must be of type ConfigMap): ${problem}`,
    })
  })

  test.each([
    ['v1', 'Pod', 'converting (v1.Pod) to (core.ConfigMap): unknown conversion'],
    ['apps/v1', 'Deployment', 'converting (v1.Deployment) to (core.ConfigMap): unknown conversion'],
    [
      'v1',
      'Nope',
      'no kind "Nope" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
  ])('of %s %s is no ConfigMap', async (apiVersion, kind, problem) => {
    const { json } = await post(JSON.stringify({ apiVersion, kind }))
    expect(json).toMatchObject({
      code: 400,
      message: `${kind} in version "v1" cannot be handled as a ConfigMap: ${problem}`,
    })
  })

  test.each([
    ['merge-patch', 'error decoding patch: unexpected end of JSON input'],
    ['json-patch', 'error decoding patch: unexpected end of JSON input'],
    ['strategic-merge-patch', 'unexpected end of JSON input'],
  ])('of %s that ends too early', async (type, message) => {
    const { json } = await api.request('PATCH', `${configMaps}/kube-root-ca.crt`, {
      body: '[{',
      headers: { 'content-type': `application/${type}+json` },
    })
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest', message })
  })
})

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
  'a subresource by the name of what every object of JavaScript has is not found: %s',
  async method => {
    await api.request('POST', configMaps, { body: { metadata: { name: 'kept' } } })
    const { json } = await api.request(method, `${configMaps}/kept/constructor`, { body: {} })
    expect(json).toMatchObject({ code: 404, reason: 'NotFound' })
  },
)

test('a method by such a name is not allowed', async () => {
  const { json } = await api.request('constructor', configMaps)
  expect(json).toMatchObject({ code: 405, reason: 'MethodNotAllowed' })
})

test.each([
  ['POST', configMaps],
  ['PATCH', `${configMaps}/kept`],
  ['PATCH', `${controllers}/kept/scale`],
])('a content type by such a name is refused: %s %s', async (method, path) => {
  await api.request('POST', configMaps, { body: { metadata: { name: 'kept' } } })
  await api.request('POST', controllers, {
    body: sampleObject('v1 ReplicationController', { name: 'kept' }),
  })
  const headers = { 'content-type': 'constructor' }
  const { json } = await api.request(method, path, { headers, body: '{}' })
  expect(json).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' })
})

test('an answer by such a name can’t be had', async () => {
  const { json } = await api.request('GET', configMaps, { headers: { accept: 'constructor' } })
  expect(json).toMatchObject({ code: 406, reason: 'NotAcceptable' })
})

test.each([
  ['v1', 'constructor', '/v1, Kind=constructor'],
  ['apps/v1', 'Pod', 'apps/v1, Kind=Pod'],
])(
  'a token is bound to no object of such a kind, nor of a group: %s %s',
  async (apiVersion, kind, type) => {
    const boundObjectRef = { apiVersion, kind, name: 'a' }
    const path = '/api/v1/namespaces/default/serviceaccounts/default/token'
    const { json } = await api.request('POST', path, { body: { spec: { boundObjectRef } } })
    expect(json).toMatchObject({
      code: 400,
      message: `cannot bind token to object of type ${type}`,
    })
  },
)

test('a resize that names no container changes none', async () => {
  const pods = '/api/v1/namespaces/default/pods'
  const containers = [{ name: 'main', image: 'web', resources: { requests: { cpu: '1' } } }]
  const pod = { metadata: { name: 'sized' }, spec: { containers } }
  await api.request('POST', pods, { body: pod })
  const { json } = await api.request('PUT', `${pods}/sized/resize`, { body: {} })
  expect(json).toMatchObject({ kind: 'Pod', spec: { containers } })
})

test('a null among the items of a list is an empty one', async () => {
  const body = { metadata: { name: 'odd' }, rules: [null] }
  const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles'
  const { json } = await api.request('POST', roles, { body })
  expect(json).toMatchObject({ code: 422, message: expect.stringContaining('rules[0].verbs') })
})

test.each([{ preconditions: { uid: { toString: 1 } } }, { gracePeriodSeconds: 'soon' }, [true]])(
  'options of a delete that are of a wrong type are refused with a 400: %j',
  async body => {
    await api.request('POST', configMaps, { body: { metadata: { name: 'kept' } } })
    const { json } = await api.request('DELETE', `${configMaps}/kept`, { body })
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
  },
)

test('a list with a negative limit has none', async () => {
  const { metadata } = await api.get(configMaps)
  const path = `${configMaps}?limit=-1&resourceVersionMatch=Exact`
  const { status } = await api.request('GET', `${path}&resourceVersion=${metadata.resourceVersion}`)
  expect(status).toBe(200)
})

test('a pod without containers is refused with a 422', async () => {
  const body = { metadata: { name: 'bare' } }
  const { json } = await api.request('POST', '/api/v1/namespaces/default/pods', { body })
  expect(json).toMatchObject({ code: 422, message: expect.stringContaining('spec.containers') })
})

test('a secret may be of a type that objects have a property of', async () => {
  const body = { metadata: { name: 'odd' }, type: 'constructor' }
  const { status } = await api.request('POST', '/api/v1/namespaces/default/secrets', { body })
  expect(status).toBe(201)
})

test('a client that goes away within its body writes nothing, and is no error of the server', async () => {
  const { url, ...credentials } = identity()
  const session = connect(url, credentials)
  const stream = session.request({
    ':method': 'POST',
    ':path': configMaps,
    'content-type': 'application/yaml',
  })
  stream.on('error', () => {})
  await new Promise(resolve => stream.write('metadata:\n  name: half\n', resolve))
  await api.get(configMaps)
  stream.destroy(new Error('gone'))
  await eventually(async () => {
    const { bytes } = await api.request('GET', '/metrics')
    expect(`${bytes}`).toMatch(/request_total\{.*resource="configmaps",.*verb="CREATE"/)
  })
  session.destroy()
  const { status } = await api.request('GET', `${configMaps}/half`)
  expect({ status, logged }).toEqual({ status: 404, logged: [] })
})

test('URLs that name nothing have no counters of their own', async () => {
  const series = async () => `${(await api.request('GET', '/metrics')).bytes}`.split('\n').length
  await api.request('GET', '/apis/a.example/v1/things')
  await api.request('GET', `${configMaps}/x/nothing0`)
  const before = await series()
  for (let index = 1; index <= 20; index++) {
    await api.request('GET', `/apis/a.example/v${index}/things${index}`)
    await api.request('GET', `${configMaps}/x/nothing${index}`)
  }
  expect(await series()).toBeLessThanOrEqual(before + 20)
})
