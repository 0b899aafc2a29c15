import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect as connectPlainly } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { http } from '../../support/http.ts'
import { kubectl, splitCommand } from '../../support/kubectl.ts'
import { RawApi } from '../../support/raw-api.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const json = { 'content-type': 'application/json' }
const send = (
  method: string,
  target: string,
  body?: object,
  headers: Record<string, string> = json,
) =>
  http(cluster.controlPlane, method, target, {
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
const configMap = (name: string, rest: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...rest,
})
const configMaps = '/api/v1/namespaces/default/configmaps'

/** What the server answers to bytes, until it ends the connection. */
const spoken = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port } = cluster.controlPlane
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    let text = ''
    socket.on('data', chunk => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
    socket.write(bytes)
  })

describe('a request that is refused', () => {
  test('without credentials is the anonymous user, who may see little', async () => {
    const { status, json } = await http(cluster.controlPlane, 'GET', '/api/v1/pods', {
      anonymous: true,
    })
    expect(status).toBe(403)
    expect(json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message:
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
      reason: 'Forbidden',
      details: { kind: 'pods' },
      code: 403,
    })
    const version = await http(cluster.controlPlane, 'GET', '/version', { anonymous: true })
    expect(version.json).toMatchObject({ major: '1', minor: '35' })
  })

  test('with a token that is none gets a 401', async () => {
    const { status, json } = await http(cluster.controlPlane, 'GET', '/api/v1/pods', {
      anonymous: true,
      headers: { authorization: 'Bearer nonsense' },
    })
    expect(status).toBe(401)
    expect(json).toMatchObject({ reason: 'Unauthorized', message: 'Unauthorized', code: 401 })
  })

  test('for an object that is not there gets a 404', async () => {
    const { json } = await send('GET', `${configMaps}/none`)
    expect(json).toMatchObject({
      message: 'configmaps "none" not found',
      reason: 'NotFound',
      details: { name: 'none', kind: 'configmaps' },
      code: 404,
    })
  })

  test('for a resource that is not served gets a 404', async () => {
    const { json } = await send('GET', '/apis/apps/v1/unicorns')
    expect(json).toMatchObject({
      message: 'the server could not find the requested resource',
      code: 404,
    })
    for (const path of ['/nowhere', '/apis/nosuch.example.com/v1/namespaces/default/things'])
      expect((await send('GET', path)).text).toBe('404 page not found\n')
  })

  test('with a verb that the resource does not have gets a 405', async () => {
    const { json } = await send('DELETE', '/api/v1/namespaces')
    expect(json).toMatchObject({ reason: 'MethodNotAllowed', code: 405 })
  })

  test('for a form that is not spoken gets a 406', async () => {
    const { status, json } = await send('GET', configMaps, undefined, { accept: 'text/html' })
    expect(status).toBe(406)
    expect(json).toMatchObject({ reason: 'NotAcceptable', code: 406 })
  })

  test('with a body in a format that is not read gets a 415', async () => {
    const { json } = await send('POST', configMaps, configMap('x'), {
      'content-type': 'text/plain',
    })
    expect(json).toMatchObject({ reason: 'UnsupportedMediaType', code: 415 })
  })

  test('that creates twice gets a 409', async () => {
    expect((await send('POST', configMaps, configMap('twice'))).status).toBe(201)
    const { json } = await send('POST', configMaps, configMap('twice'))
    expect(json).toMatchObject({
      message: 'configmaps "twice" already exists',
      reason: 'AlreadyExists',
      code: 409,
    })
  })

  test('that updates what somebody else changed gets a 409', async () => {
    const { json: created } = await send('POST', configMaps, configMap('raced'))
    const first = { ...created, data: { a: '1' } }
    expect((await send('PUT', `${configMaps}/raced`, first)).status).toBe(200)
    const { json } = await send('PUT', `${configMaps}/raced`, { ...created, data: { a: '2' } })
    expect(json).toMatchObject({
      message:
        'Operation cannot be fulfilled on configmaps "raced": the object has been modified; please apply your changes to the latest version and try again',
      reason: 'Conflict',
      code: 409,
    })
  })

  test('with an invalid object gets a 422 that names every field', async () => {
    const data = { 'a/b': '' }
    const { json } = await send('POST', configMaps, configMap('Not_a_name', { data }))
    expect(json).toMatchObject({ reason: 'Invalid', code: 422 })
    expect(json.message).toMatch(
      /^ConfigMap "Not_a_name" is invalid: \[metadata.name: Invalid value: "Not_a_name": .*, data\[a\/b\]: Invalid value: "a\/b": .*\]$/,
    )
    expect(json.details).toMatchObject({
      name: 'Not_a_name',
      kind: 'ConfigMap',
      causes: [
        { reason: 'FieldValueInvalid', field: 'metadata.name' },
        { reason: 'FieldValueInvalid', field: 'data[a/b]' },
      ],
    })
  })

  test('with an unknown field is refused, warned of, or served as asked', async () => {
    const body = configMap('strict', { spec: { foo: 1 } })
    const strict = await send('POST', `${configMaps}?fieldValidation=Strict`, body)
    expect(strict.json).toMatchObject({
      message: 'strict decoding error: unknown field "spec"',
      reason: 'BadRequest',
      code: 400,
    })
    const warned = await send('POST', configMaps, body)
    expect(warned.status).toBe(201)
    expect(warned.headers['warning']).toBe('299 - "unknown field \\"spec\\""')
  })

  test('into a namespace that is not there gets a 404', async () => {
    const { json } = await send('POST', '/api/v1/namespaces/none/configmaps', configMap('x'))
    expect(json).toMatchObject({ message: 'namespaces "none" not found', code: 404 })
  })

  test('that would delete the default namespace gets a 403', async () => {
    const { json } = await send('DELETE', '/api/v1/namespaces/default')
    expect(json).toMatchObject({
      message: 'namespaces "default" is forbidden: this namespace may not be deleted',
      code: 403,
    })
  })

  test('with more than 3 MiB gets a 413', async () => {
    const { status } = await http(cluster.controlPlane, 'POST', configMaps, {
      headers: json,
      body: 'x'.repeat(3 * 1024 * 1024 + 1),
    })
    expect(status).toBe(413)
  })

  test('with a selector that is none gets a 400', async () => {
    expect((await send('GET', `${configMaps}?labelSelector=a%20b%20c`)).status).toBe(400)
    const { json } = await send('GET', `${configMaps}?fieldSelector=spec.x%3D1`)
    expect(json).toMatchObject({
      message: '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
      code: 400,
    })
  })

  test('that is no HTTP gets an answer', async () => {
    const answer = await spoken('GARBAGE\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/)
  })
})

test('a plain HTTP request to the port of TLS is told so, as Go tells it', async () => {
  const { hostname, port } = new URL(cluster.controlPlane.url)
  const socket = connectPlainly(Number(port), hostname)
  socket.write('GET /version HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(await text(socket)).toBe(
    'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n',
  )
})

describe('kubectl', () => {
  const run = (command: string) => kubectl(cluster.kubeconfig, splitCommand(command))

  test.each([
    ['get configmap none', 'Error from server (NotFound): configmaps "none" not found\n'],
    [
      'create configmap Bad_',
      'error: failed to create configmap: ConfigMap "Bad_" is invalid: metadata.name: Invalid value: "Bad_": ',
    ],
    [
      'create configmap kube-root-ca.crt',
      'error: failed to create configmap: configmaps "kube-root-ca.crt" already exists\n',
    ],
  ])('says what the server says of a failure: %s', async (command, words) => {
    await send('POST', configMaps, configMap('kube-root-ca.crt'))
    const { code, stderr } = await run(command)
    expect({ code, stderr: stderr.slice(0, words.length) }).toEqual({ code: 1, stderr: words })
  })

  test('asks whether the server is ready, and why', async () => {
    const { stdout } = await run('get --raw /readyz?verbose')
    expect(stdout).toMatch(/^\[\+\]ping ok\n\[\+\]etcd ok\n.*readyz check passed\n$/s)
  })
})

describe('health', () => {
  test.each(['/healthz', '/livez', '/readyz'])(
    'is told without credentials at %s',
    async target => {
      const answer = await http(cluster.controlPlane, 'GET', target, { anonymous: true })
      expect(answer).toMatchObject({ status: 200, text: 'ok' })
    },
  )

  test('is told check by check, but for those that are excluded', async () => {
    const { text } = await send('GET', '/readyz?exclude=etcd&exclude=nothing&exclude=ping&verbose=')
    const lines = ['[+]ping excluded: ok', '[+]etcd excluded: ok', 'readyz check passed']
    expect(text.split('\n')).toEqual(expect.arrayContaining(lines))
  })

  test('warns of an exclusion that excludes nothing', async () => {
    const { text } = await send('GET', '/livez?exclude=ping&exclude=web&exclude=no%20such&verbose')
    const warning =
      'warn: some health checks cannot be excluded: no matches for "no such","web"\nlivez check passed\n'
    expect(text.endsWith(`ok\n${warning}`)).toBe(true)
  })

  test('is told of one check, where there is one of the name', async () => {
    expect(await send('GET', '/readyz/etcd')).toMatchObject({ status: 200, text: 'ok' })
    expect(await send('GET', '/readyz/nothing')).toMatchObject({ status: 404 })
  })

  test('and requests are counted for Prometheus', async () => {
    const counted = async () => {
      const { text, headers } = await send('GET', '/metrics')
      expect(headers['content-type']).toMatch(/^text\/plain/)
      expect(text).toContain('# TYPE apiserver_request_total counter\n')
      const line =
        /^apiserver_request_total\{.*code="200",.*resource="configmaps",.*verb="LIST".*\} (\d+)$/m
      return Number(line.exec(text)?.[1])
    }
    await send('GET', configMaps)
    const before = await counted()
    await send('GET', configMaps)
    expect(await counted()).toBe(before + 1)
  })
})

describe('a list', () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  beforeAll(async () => {
    await send('POST', '/api/v1/namespaces', { kind: 'Namespace', metadata: { name: 'chunks' } })
    for (const name of names) {
      await send('POST', '/api/v1/namespaces/chunks/configmaps', configMap(name))
    }
  })
  const chunks = '/api/v1/namespaces/chunks/configmaps'
  const namesOf = (list: { items: { metadata: { name: string } }[] }) =>
    list.items.map(item => item.metadata.name)

  test('in chunks is one snapshot, whatever happens in between', async () => {
    const { json: first } = await send('GET', `${chunks}?limit=2`)
    expect(namesOf(first)).toEqual(['a', 'b'])
    expect(first.metadata.remainingItemCount).toBe(3)
    await send('DELETE', `${chunks}/d`)
    await send('POST', chunks, configMap('c2'))
    const next = (token: string) => send('GET', `${chunks}?limit=2&continue=${token}`)
    const { json: second } = await next(first.metadata.continue)
    const { json: third } = await next(second.metadata.continue)
    expect([namesOf(second), namesOf(third)]).toEqual([['c', 'd'], ['e']])
    expect(third.metadata.continue).toBeUndefined()
    expect(third.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    expect(namesOf((await send('GET', chunks)).json)).toEqual(['a', 'b', 'c', 'c2', 'e'])
  })

  test('of a revision that was compacted away gets a 410 and a token to go on with', async () => {
    const { json: first } = await send('GET', `${chunks}?limit=1`)
    await send('POST', chunks, configMap('f'))
    const { json: now } = await send('GET', chunks)
    await cluster.store.compact(Number(now.metadata.resourceVersion) as never)
    const { status, json } = await send(
      'GET',
      `${chunks}?limit=9&continue=${first.metadata.continue}`,
    )
    expect([status, json.reason]).toEqual([410, 'Expired'])
    const rest = await send('GET', `${chunks}?limit=9&continue=${json.metadata.continue}`)
    expect(namesOf(rest.json)).toEqual(['b', 'c', 'c2', 'e', 'f'])
  })

  test('at a revision to come gets a 504 that says so', async () => {
    const { json } = await send('GET', `${chunks}?resourceVersion=999999`)
    expect(json).toMatchObject({
      reason: 'Timeout',
      code: 504,
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }], retryAfterSeconds: 1 },
    })
    expect(json.message).toMatch(/^Too large resource version: 999999, current: \d+$/)
  })

  test('shows a Table or only metadata to who asks for it', async () => {
    const as = (what: string) => ({ accept: `application/json;as=${what};g=meta.k8s.io;v=v1` })
    const { json: table } = await send('GET', chunks, undefined, as('Table'))
    expect(table).toMatchObject({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }],
    })
    expect(table.rows[0]).toMatchObject({ object: { kind: 'PartialObjectMetadata' } })
    expect(table.rows[0].cells.slice(0, 2)).toEqual(['a', 0])
    const { json: metadata } = await send('GET', chunks, undefined, as('PartialObjectMetadataList'))
    expect(metadata.items[0]).toMatchObject({
      kind: 'PartialObjectMetadata',
      metadata: { name: 'a' },
    })
    expect(metadata.items[0].data).toBeUndefined()
  })
})

describe('one port', () => {
  test('speaks HTTP/1.0 to who asks so, and ends the connection', async () => {
    const answer = await spoken('GET /livez HTTP/1.0\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nok$/s)
  })

  test('speaks HTTP/1.1 and HTTP/2 to kubectl', async () => {
    for (const env of [{ DISABLE_HTTP2: '1' }, { DISABLE_HTTP2: '' }]) {
      const { stdout } = await kubectl(cluster.kubeconfig, ['get', '--raw', '/livez'], { env })
      expect(stdout).toBe('ok')
    }
  })
})

describe('an answer', () => {
  const asked = (accept: string) => send('GET', '/api/v1/namespaces/default', undefined, { accept })

  test('comes as YAML or protobuf to who takes nothing else', async () => {
    const yaml = await asked('application/yaml')
    expect(yaml.headers['content-type']).toBe('application/yaml')
    expect(yaml.text).toContain('kind: Namespace\n')
    const protobuf = await asked('application/vnd.kubernetes.protobuf')
    expect(protobuf.headers['content-type']).toBe('application/vnd.kubernetes.protobuf')
    expect(protobuf.text.slice(0, 4)).toBe('k8s\0')
    const either = await asked('application/vnd.kubernetes.protobuf,application/json')
    expect(either.json.kind).toBe('Namespace')
  })

  test('has an audit id, is not cached, and is compressed when it is large', async () => {
    const { headers } = await asked('application/json')
    expect(headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers['cache-control']).toBe('no-cache, private')
    const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles'
    const large = await send('GET', roles, undefined, { 'accept-encoding': 'gzip' })
    const plain = await send('GET', roles)
    expect(plain.text.length > 128 * 1024).toBe(large.headers['content-encoding'] === 'gzip')
  })
})

describe('a write', () => {
  test('with dryRun goes through everything and stores nothing', async () => {
    const dry = `${configMaps}?dryRun=All`
    const { status, json } = await send('POST', dry, configMap('dry', { data: { a: '1' } }))
    expect(status).toBe(201)
    expect(json.metadata.uid).toMatch(/^[0-9a-f-]{36}$/)
    expect((await send('GET', `${configMaps}/dry`)).status).toBe(404)
    expect((await send('POST', dry, configMap('Bad_'))).status).toBe(422)
  })

  test('that changes nothing keeps the resource version', async () => {
    const { json: created } = await send(
      'POST',
      configMaps,
      configMap('same', { data: { a: '1' } }),
    )
    const patch = { 'content-type': 'application/merge-patch+json' }
    const again = await send('PATCH', `${configMaps}/same`, { data: { a: '1' } }, patch)
    expect(again.json.metadata.resourceVersion).toBe(created.metadata.resourceVersion)
    const other = await send('PATCH', `${configMaps}/same`, { data: { a: '2' } }, patch)
    expect(Number(other.json.metadata.resourceVersion)).toBeGreaterThan(
      Number(created.metadata.resourceVersion),
    )
  })

  test('by generateName finds a name of its own', async () => {
    const { json } = await send('POST', configMaps, {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { generateName: 'gen-' },
    })
    expect(json.metadata.name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  test('to a finalized object keeps it until the last finalizer goes', async () => {
    const kept = {
      ...configMap('kept'),
      metadata: { name: 'kept', finalizers: ['example.com/keep'] },
    }
    await send('POST', configMaps, kept)
    const { json: marked } = await send('DELETE', `${configMaps}/kept`)
    expect(marked.metadata.deletionTimestamp).toMatch(/Z$/)
    expect(marked.metadata.deletionGracePeriodSeconds).toBe(0)
    const added = { metadata: { finalizers: ['example.com/keep', 'example.com/more'] } }
    const patch = { 'content-type': 'application/merge-patch+json' }
    const refused = await send('PATCH', `${configMaps}/kept`, added, patch)
    expect(refused.json.message).toContain('no new finalizers can be added')
    await send('PATCH', `${configMaps}/kept`, { metadata: { finalizers: null } }, patch)
    expect((await send('GET', `${configMaps}/kept`)).status).toBe(404)
  })

  test('of many clients at once loses nothing', async () => {
    await send('POST', configMaps, configMap('busy', { data: {} }))
    const { certificates, url } = cluster.controlPlane
    const { key = '', certificate: cert = '' } = certificates.clients['admin'] ?? {}
    // A disk takes its time, in which the others read the same state.
    const put = cluster.store.put.bind(cluster.store)
    using _slow = vi.spyOn(cluster.store, 'put').mockImplementation(async (...write) => {
      await setImmediate()
      return put(...write)
    })
    using api = new RawApi({ url, ca: certificates.ca.certificate, identity: { key, cert } })
    const headers = { 'content-type': 'application/merge-patch+json' }
    const keys = Array.from({ length: 5 }, (_, index) => `key-${index}`)
    const answers = await Promise.all(
      keys.map(key => {
        const body = { data: { [key]: 'x' } }
        return api.request('PATCH', `${configMaps}/busy`, { headers, body })
      }),
    )
    expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 200))
    const { json } = await send('GET', `${configMaps}/busy`)
    expect(Object.keys(json.data).sort()).toEqual(keys)
  })

  test('deletes with preconditions only what is meant', async () => {
    await send('POST', configMaps, configMap('exact'))
    const { json } = await send('DELETE', `${configMaps}/exact`, {
      preconditions: { uid: 'another' },
    })
    expect(json).toMatchObject({ reason: 'Conflict', code: 409 })
    const gone = await send('DELETE', `${configMaps}/exact`)
    expect(gone.json).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'exact', kind: 'configmaps' },
    })
  })
})

test('a server that stops ends its watches, and answers nothing any more', async () => {
  const stopping = await startCluster({ controllers: false })
  const { ca, clients } = stopping.controlPlane.certificates
  const { key = '', certificate: cert = '' } = clients['admin'] ?? {}
  const target = `${stopping.controlPlane.url}/api/v1/namespaces?watch=true`
  const watch = request(target, { ca: ca.certificate, key, cert, agent: false }).end()
  const [response] = (await once(watch, 'response')) as [IncomingMessage]
  await once(response, 'data')
  response.resume()
  await Promise.all([once(response, 'end'), stopping[Symbol.asyncDispose]()])
  expect(response.complete).toBe(true)
  await expect(http(stopping.controlPlane, 'GET', '/livez')).rejects.toThrow('ECONNREFUSED')
})
