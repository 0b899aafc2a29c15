import { request as httpsRequest } from 'node:https'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { FakeClock } from '#base/fake-clock.ts'
import { decodeProtobuf } from '#control-plane/apiserver/codec/protobuf.ts'
import { CustomResourceClient, definition, thing } from '../../support/custom-resources.ts'
import { heldBack } from '../../support/held-back.ts'
import { http } from '../../support/http.ts'
import { RawWatch } from '../../support/raw-watch.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const clock = new FakeClock(Date.now())
const at = '/api/v1/namespaces/default/configmaps'
const things = '/apis/test.example.com/v1/things'
const json = 'application/json'
const yaml = 'application/yaml'
const protobuf = 'application/vnd.kubernetes.protobuf'
const table = `${json};as=Table;g=meta.k8s.io;v=v1`
const partial = `${json};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`
const partialList = `${json};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`
let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster({ controllers: false, clock })
  const client = new CustomResourceClient(cluster)
  await client.define(definition('things'))
  await client.send('POST', things, thing('things', 'one', {}))
  await client.send('POST', at, configMap('one'))
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

function configMap(name: string, data: Record<string, string> = { k: 'v' }) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }
}
const get = (target: string, accept?: string, headers: Record<string, string> = {}) =>
  http(cluster.controlPlane, 'GET', target, {
    headers: { ...(accept ? { accept } : {}), ...headers },
  })
const post = (body: string | Uint8Array, headers: Record<string, string>, target = at) =>
  http(cluster.controlPlane, 'POST', target, { body, headers })

describe('a body', () => {
  test('may be JSON, with a character set', async () => {
    const body = JSON.stringify(configMap('as-json'))
    const { status } = await post(body, { 'content-type': `${json}; charset=utf-8` })
    expect(status).toBe(201)
  })

  test('may be YAML', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: as-yaml\ndata: {k: "1"}\n'
    const { status, json } = await post(body, { 'content-type': yaml })
    expect(status).toBe(201)
    expect(json.data).toEqual({ k: '1' })
  })

  test('without a type is JSON', async () => {
    const { status } = await post(JSON.stringify(configMap('as-nothing')), {})
    expect(status).toBe(201)
  })

  test.each([
    'text/plain',
    'application/xml',
    'application/cbor',
    'application/x-www-form-urlencoded',
    'application/merge-patch+json',
    'application/apply-patch+yaml',
  ])('of type %s is refused', async type => {
    const answer = await post(JSON.stringify(configMap('x')), { 'content-type': type })
    expect(answer.json).toMatchObject({
      code: 415,
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    })
  })

  test.each([
    [
      at,
      'application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
    ],
    [
      things,
      'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    ],
  ])('of a patch that is none is refused at %s', async (target, known) => {
    const headers = { 'content-type': 'application/foo-patch+json' }
    const answer = await http(cluster.controlPlane, 'PATCH', `${target}/one`, {
      headers,
      body: '{}',
    })
    expect(answer.json).toMatchObject({
      code: 415,
      message: `the body of the request was in an unknown format - accepted media types include: ${known}`,
    })
  })

  test.each([
    ['JSON', json, '{"kind":'],
    ['YAML', yaml, 'a: [1'],
    ['protobuf', protobuf, 'k8s\0\xff\xff'],
  ])('that is broken %s is refused', async (_what, type, body) => {
    const answer = await post(Buffer.from(body, 'latin1'), { 'content-type': type })
    expect(answer.json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })
})

describe('an answer', () => {
  test.each([
    [undefined, json],
    ['*/*', json],
    ['application/*', json],
    [json, json],
    [yaml, yaml],
    [protobuf, protobuf],
    [`${yaml};q=0.5,${json};q=0.4`, yaml],
    [`${yaml};q=0.4,${json};q=0.5`, json],
    [`text/html,${yaml}`, yaml],
    [`text/html, application/xhtml+xml, */*;q=0.8`, json],
    [`application/cbor,${json}`, json],
    [`${json};stream=watch`, json],
  ])('to who accepts %s comes as %s', async (accept, type) => {
    const { status, headers } = await get(`${at}/one`, accept)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe(type)
  })

  test('as YAML, JSON and protobuf is the same object', async () => {
    const plain = (await get(`${at}/one`)).json
    expect(parse((await get(`${at}/one`, yaml)).text)).toEqual(plain)
    expect(decodeProtobuf(await bytes(`${at}/one`, protobuf))).toEqual(plain)
  })

  test.each([
    'text/plain',
    'application/cbor',
    `${json};q=0`,
    `${json};as=Chart;g=meta.k8s.io;v=v1`,
    `${json};as=Table;g=meta.k8s.io;v=v2`,
    `${json};as=Table;g=example.com;v=v1`,
    `${json};as=Table;g=meta.k8s.io`,
    `${json};v=v1`,
    `${json};stream=events`,
  ])('to who accepts only %s is refused', async accept => {
    const { json } = await get(`${at}/one`, accept)
    expect(json).toMatchObject({ code: 406, reason: 'NotAcceptable' })
    expect(json.message).toMatch(
      /^only the following media types are accepted: application\/json, /,
    )
  })

  test('of a custom resource falls back from protobuf', async () => {
    const { headers } = await get(`${things}/one`, `${protobuf},${json}`)
    expect(headers['content-type']).toBe(json)
    expect((await get(`${things}/one`, protobuf)).status).toBe(406)
  })

  test('that is a refusal comes as JSON, whatever view was asked for', async () => {
    const { status, json, headers } = await get(`${at}/none`, table)
    expect(status).toBe(404)
    expect(headers['content-type']).toBe('application/json')
    expect(json.kind).toBe('Status')
    const forbidden = await http(cluster.controlPlane, 'GET', at, {
      anonymous: true,
      headers: { accept: 'text/plain' },
    })
    expect(forbidden.headers['content-type']).toBe('application/json')
    expect(forbidden.json).toMatchObject({ kind: 'Status', code: 403 })
  })
})

describe('a Table', () => {
  test('of an object has one row, with its metadata', async () => {
    const { json } = await get(`${at}/one`, table)
    expect(json).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' })
    expect(json.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
      'Name',
      'Data',
      'Age',
    ])
    expect(json.rows).toHaveLength(1)
    expect(json.rows[0].cells.slice(0, 2)).toEqual(['one', 1])
    expect(json.rows[0].object).toMatchObject({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { name: 'one' },
    })
  })

  test('of a list has the list’s metadata', async () => {
    const { json } = await get(`${at}?limit=1`, table)
    expect(json.rows).toHaveLength(1)
    expect(json.metadata.continue).toBeDefined()
    expect(json.metadata.resourceVersion).toMatch(/^\d+$/)
  })

  test.each([
    ['None', undefined],
    ['Metadata', 'PartialObjectMetadata'],
    ['Object', 'ConfigMap'],
    ['', 'PartialObjectMetadata'],
  ])('with includeObject=%s', async (include, kind) => {
    const { json } = await get(`${at}/one?includeObject=${include}`, table)
    expect(json.rows[0].object?.kind).toBe(kind)
  })

  test.each([
    ['an object', `${at}/one?`],
    ['a watch', `${at}?watch=true&`],
  ])('of %s with an unknown includeObject is refused', async (_what, target) => {
    const { json } = await get(`${target}includeObject=Half`, table)
    expect(json).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message:
        "Unable to convert to Table as requested: includeObject: Invalid value: \"Half\": must be 'Metadata', 'Object', 'None', or empty",
    })
  })

  test('is written in v1beta1 to who asks for that', async () => {
    const { json } = await get(`${at}/one`, table.replace('v=v1', 'v=v1beta1'))
    expect(json.apiVersion).toBe('meta.k8s.io/v1beta1')
    expect(json.rows[0].object.apiVersion).toBe('meta.k8s.io/v1beta1')
  })

  test('of a kind without columns has name and age', async () => {
    const { json } = await get(`${things}/one`, table)
    expect(json.columnDefinitions).toMatchObject([
      { name: 'Name', type: 'string', format: 'name', priority: 0 },
      { name: 'Age', type: 'date', priority: 0 },
    ])
  })

  test('of a watch has its columns in the first event alone', async () => {
    using watch = await RawWatch.open(
      cluster.controlPlane,
      `${at}?watch=true&labelSelector=!x&allowWatchBookmarks=true`,
      { accept: table },
    )
    const [first, second] = await watch.take(2)
    expect(first?.object.kind).toBe('Table')
    expect(first?.object.columnDefinitions).toHaveLength(3)
    expect(second?.object.columnDefinitions).toBeNull()
    expect(second?.object.rows).toHaveLength(1)
    expect(second?.object.metadata.resourceVersion).toBe(
      second?.object.rows[0].object.metadata.resourceVersion,
    )
  })

  test('is what a write answers to who asks for it', async () => {
    const headers = { 'content-type': json, accept: table }
    const answer = await post(JSON.stringify(configMap('tabled')), headers)
    expect(answer.status).toBe(201)
    expect(answer.json.rows[0].cells[0]).toBe('tabled')
  })
})

describe('metadata alone', () => {
  test('of an object', async () => {
    const { json } = await get(`${at}/one`, partial)
    expect(json).toMatchObject({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' })
    expect(Object.keys(json).sort()).toEqual(['apiVersion', 'kind', 'metadata'])
    expect(json.metadata).toEqual((await get(`${at}/one`)).json.metadata)
  })

  test('of a list', async () => {
    const { json } = await get(at, partialList)
    expect(json).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' })
    expect(json.items[0].kind).toBe('PartialObjectMetadata')
    expect(json.items[0].data).toBeUndefined()
  })

  test('of a watch', async () => {
    using watch = await RawWatch.open(cluster.controlPlane, `${at}?watch=true`, { accept: partial })
    const [event] = await watch.take(1)
    expect(event?.type).toBe('ADDED')
    expect(Object.keys(event?.object).sort()).toEqual(['apiVersion', 'kind', 'metadata'])
  })

  test('of a custom resource', async () => {
    const { json } = await get(`${things}/one`, partial)
    expect(json).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'one' } })
    expect(json.spec).toBeUndefined()
  })

  test.each([
    ['an object asked of a list', at, partial],
    ['a list asked of an object', `${at}/one`, partialList],
  ])('%s is refused', async (_what, target, accept) => {
    expect((await get(target, accept)).json).toMatchObject({ code: 406, reason: 'NotAcceptable' })
  })
})

describe('a watch', () => {
  test('as protobuf is framed by length', async () => {
    const query = 'watch=true&timeoutSeconds=1&fieldSelector=metadata.name=one'
    const timers = clock.pending + 1
    const watching = raw(`${at}?${query}`, { accept: protobuf })
    await heldBack(clock, timers, watching)
    await clock.advance(1000)
    const { headers, body } = await watching
    expect(headers['content-type']).toBe(`${protobuf};stream=watch`)
    expect(body.readUInt32BE(0)).toBe(body.length - 4)
    expect(body.subarray(4, 11).toString('latin1')).toBe('\x0a\x05ADDED')
    const object = body.subarray(body.indexOf('k8s\0'))
    expect(decodeProtobuf(object)).toEqual((await get(`${at}/one`)).json)
  })
})

describe('compression', () => {
  beforeAll(async () => {
    const large = configMap('large', { text: 'x'.repeat(200 * 1024) })
    await post(JSON.stringify(large), { 'content-type': json })
  })

  test('is for answers of more than 128 KiB to who accepts it', async () => {
    const { headers, body } = await raw(`${at}/large`, { 'accept-encoding': 'gzip' })
    expect(headers['content-encoding']).toBe('gzip')
    expect(JSON.parse(gunzipSync(body).toString()).metadata.name).toBe('large')
  })

  test.each([
    ['small answers', `${at}/one`, 'gzip'],
    ['who does not accept it', `${at}/large`, 'identity'],
    ['who gives it a quality', `${at}/large`, 'gzip;q=0.5, identity'],
  ])('is not for %s', async (_what, target, encoding) => {
    const { headers } = await raw(target, { 'accept-encoding': encoding })
    expect(headers['content-encoding']).toBeUndefined()
  })

  test('is not for watches', async () => {
    using watch = await RawWatch.open(cluster.controlPlane, `${at}?watch=true`, {
      'accept-encoding': 'gzip',
    })
    expect(watch.headers['content-encoding']).toBeUndefined()
  })
})

describe('indented JSON', () => {
  test.each([
    ['pretty=true', '?pretty=true', {}],
    ['pretty=1', '?pretty=1', {}],
    ['pretty=T', '?pretty=T', {}],
    ['curl', '', { 'user-agent': 'curl/8.5.0' }],
    ['Wget', '', { 'user-agent': 'Wget/1.21' }],
    ['a browser', '', { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' }],
  ])('is for %s', async (_what, query, headers) => {
    const { text } = await get(`${at}/one${query}`, undefined, headers as Record<string, string>)
    expect(text).toMatch(/^\{\n {2}"kind": "ConfigMap",\n/)
  })

  test.each([
    ['others', '', {}],
    ['pretty=false', '?pretty=false', { 'user-agent': 'curl/8.5.0' }],
    ['pretty=yes', '?pretty=yes', { 'user-agent': 'curl/8.5.0' }],
    ['pretty=0', '?pretty=0', { 'user-agent': 'curl/8.5.0' }],
  ])('is not for %s', async (_what, query, headers) => {
    const { text } = await get(`${at}/one${query}`, undefined, headers as Record<string, string>)
    expect(text).toMatch(/^\{"kind":"ConfigMap",/)
  })
})

const bytes = async (target: string, accept: string) => (await raw(target, { accept })).body

function raw(target: string, headers: Record<string, string>) {
  const { certificates, url } = cluster.controlPlane
  const { key, certificate: cert } = certificates.clients['admin'] ?? {}
  const identity = key && cert ? { key, cert } : {}
  const options = { headers, ca: certificates.ca.certificate, agent: false as const, ...identity }
  return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    httpsRequest(`${url}${target}`, options, async response => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      resolve({ headers: response.headers, body: Buffer.concat(chunks) })
    })
      .on('error', reject)
      .end()
  })
}
