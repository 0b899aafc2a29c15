import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type EndpointServer,
  startEndpointServer,
} from '../../conformance/endpoints/endpoint-server.ts'
import { CustomResourceClient, definition } from '../../support/custom-resources.ts'

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const protobufOf = (version: 'v2' | 'v3') =>
  `application/com.github.proto-openapi.spec.${version}@v1.0+protobuf`
let server: EndpointServer

beforeAll(async () => {
  server = await startEndpointServer()
  const versions = ['v1beta1', 'v2', 'v10', 'v1'].map(name => ({
    ...{ name, served: true, storage: name === 'v1' },
    schema: { openAPIV3Schema: { type: 'object' } },
  }))
  await new CustomResourceClient(server.cluster).define(
    definition('widgets', crd => {
      crd.spec.versions = [...versions, { ...versions[0], name: 'v3', served: false } as never]
    }),
  )
})
afterAll(() => server?.[Symbol.asyncDispose]())

const get = (path: string, headers: Record<string, string> = {}) =>
  server.admin.request('GET', path, { headers })
const statuses = async (who: 'nobody' | 'anonymous', paths: string[]) => {
  const answers = await Promise.all(paths.map(path => server[who].request('GET', path)))
  return Object.fromEntries(answers.map(({ status }, index) => [paths[index], status]))
}

describe('discovery', () => {
  test('names versions and where clients reach the server at /api', async () => {
    const { json } = await get('/api')
    expect(json).toEqual({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [
        { clientCIDR: '0.0.0.0/0', serverAddress: new URL(server.cluster.controlPlane.url).host },
      ],
    })
  })

  test('lists groups at /apis: Kubernetes’ by priority, then those of definitions', async () => {
    const { json } = await get('/apis')
    expect(json).toMatchObject({ kind: 'APIGroupList', apiVersion: 'v1' })
    const names = (json.groups as { name: string }[]).map(({ name }) => name)
    expect(names.slice(0, 3)).toEqual(['apiregistration.k8s.io', 'apps', 'events.k8s.io'])
    expect(names.indexOf('test.example.com')).toBeGreaterThan(names.indexOf('resource.k8s.io'))
    expect(names).not.toContain('')
  })

  test('orders versions as versions, not as texts', async () => {
    const { json } = await get('/apis/test.example.com')
    const groupVersions = (json.versions as { groupVersion: string }[]).map(one => one.groupVersion)
    const inOrder = ['v10', 'v2', 'v1', 'v1beta1'].map(version => `test.example.com/${version}`)
    expect(groupVersions).toEqual(inOrder)
    expect(json.preferredVersion).toEqual({
      groupVersion: 'test.example.com/v10',
      version: 'v10',
    })
  })

  test.each(['/api/v2', '/apis/apps/v1beta1'])('knows no %s, which is not served', async path => {
    const { status, json } = await get(path)
    expect(status).toBe(404)
    expect(json).toMatchObject({
      message: 'the server could not find the requested resource',
      reason: 'NotFound',
    })
  })

  test.each(['/apis/test.example.com/v3', '/apis/nosuch.example.com'])(
    'knows no %s, and says so in plain text',
    async path => {
      const { status, headers, bytes } = await get(path)
      expect(status).toBe(404)
      expect(headers['content-type']).toBe('text/plain; charset=utf-8')
      expect(String(bytes)).toBe('404 page not found\n')
    },
  )

  test('shows subresources beside their resources', async () => {
    const { json } = await get('/api/v1')
    const log = (json.resources as { name: string }[]).find(({ name }) => name === 'pods/log')
    expect(log).toEqual({
      name: 'pods/log',
      singularName: '',
      namespaced: true,
      kind: 'Pod',
      verbs: ['get'],
    })
  })

  test('hides what storage versions say where nothing is stored', async () => {
    const { json } = await get('/apis/authorization.k8s.io/v1')
    for (const resource of json.resources) expect(resource).not.toHaveProperty('storageVersionHash')
  })
})

describe('aggregated discovery', () => {
  test('answers with the type that was asked for, so that clients know it', async () => {
    const { headers, json } = await get('/apis', { accept: `${aggregatedType},application/json` })
    expect(headers['content-type']).toBe(aggregatedType)
    expect(headers['vary']).toMatch(/Accept/)
    expect(json).toMatchObject({
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
    })
  })

  test('is written in v2beta1 for clients that know no other', async () => {
    const type = aggregatedType.replace('v=v2', 'v=v2beta1')
    const { headers, json } = await get('/api', { accept: `${type},application/json` })
    expect(headers['content-type']).toBe(type)
    expect(json.apiVersion).toBe('apidiscovery.k8s.io/v2beta1')
  })

  test('knows newer clients’ profile', async () => {
    const accept = `${aggregatedType};profile=nopeer,application/json`
    const { headers, json } = await get('/apis', { accept })
    expect(headers['content-type']).toContain('as=APIGroupDiscoveryList')
    expect(json.kind).toBe('APIGroupDiscoveryList')
  })

  test('tells kind, scope and subresources of a resource, and that it is current', async () => {
    const { json } = await get('/api', { accept: aggregatedType })
    const [version] = json.items[0].versions
    expect(version).toMatchObject({ version: 'v1', freshness: 'Current' })
    const pods = version.resources.find((one: { resource: string }) => one.resource === 'pods')
    expect(pods).toMatchObject({
      responseKind: { group: '', version: 'v1', kind: 'Pod' },
      scope: 'Namespaced',
      singularResource: 'pod',
    })
    expect(pods.subresources).toContainEqual({
      subresource: 'eviction',
      responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' },
      verbs: ['create'],
    })
  })

  test('is 304 to who has it', async () => {
    const { headers } = await get('/apis', { accept: aggregatedType })
    const etag = String(headers['etag'])
    expect(etag).toMatch(/^"[0-9A-F]+"$/)
    const again = await get('/apis', { accept: aggregatedType, 'if-none-match': etag })
    expect(again.status).toBe(304)
    expect(again.bytes.length).toBe(0)
    const other = await get('/apis', { accept: aggregatedType, 'if-none-match': '"0"' })
    expect(other.status).toBe(200)
  })
})

describe('what the server tells of itself', () => {
  test('its version has every field that clients read', async () => {
    const { json } = await get('/version')
    expect(Object.keys(json).toSorted()).toEqual(
      [
        ...['buildDate', 'compiler', 'emulationMajor', 'emulationMinor', 'gitCommit'],
        ...['gitTreeState', 'gitVersion', 'goVersion', 'major', 'minCompatibilityMajor'],
        ...['minCompatibilityMinor', 'minor', 'platform'],
      ].toSorted(),
    )
    expect(json.gitVersion).toMatch(/^v1\.35\.\d+(\+|$)/)
    expect(new Date(json.buildDate).getTime()).not.toBeNaN()
    expect(json.platform).toMatch(/^\w+\/\w+$/)
  })

  test('its root lists paths, those of groups and of checks among them', async () => {
    const { paths } = (await get('/')).json
    expect(paths).toEqual((paths as string[]).toSorted())
    expect(paths).toEqual(
      expect.arrayContaining([
        ...['/.well-known/openid-configuration', '/api', '/api/v1', '/apis', '/apis/apps'],
        ...['/apis/apps/v1', '/apis/test.example.com/v10', '/healthz', '/healthz/etcd'],
        ...['/healthz/ping', '/livez', '/livez/ping', '/metrics', '/openapi/v2', '/openapi/v3'],
        ...['/openid/v1/jwks', '/readyz', '/readyz/ping', '/version'],
      ]),
    )
    for (const path of paths) expect([path, (await get(path)).status]).toEqual([path, 200])
  })

  test('its health and version are for everybody', async () => {
    const paths = ['/healthz', '/livez', '/readyz', '/version', '/version/']
    const everyone = Object.fromEntries(paths.map(path => [path, 200]))
    expect(await statuses('anonymous', paths)).toEqual(everyone)
    expect(await statuses('nobody', paths)).toEqual(everyone)
  })

  test('discovery and OpenAPI are for who has a name', async () => {
    const paths = [
      '/api',
      '/api/v1',
      '/apis',
      '/apis/apps/v1',
      '/openapi/v2',
      '/openapi/v3/version',
    ]
    const all = (status: number) => Object.fromEntries(paths.map(path => [path, status]))
    expect(await statuses('nobody', paths)).toEqual(all(200))
    expect(await statuses('anonymous', paths)).toEqual(all(403))
  })

  test('its root and metrics are for who may read them', async () => {
    expect(await statuses('nobody', ['/', '/metrics'])).toEqual({ '/': 403, '/metrics': 403 })
  })
})

describe.each(['v2', 'v3'] as const)('OpenAPI %s', version => {
  const path = version === 'v2' ? '/openapi/v2' : '/openapi/v3/apis/apps/v1'
  const answered = `application/com.github.proto-openapi.spec.${version}.v1.0+protobuf`

  test('is JSON to who asks for nothing, for anything or for JSON', async () => {
    for (const headers of [{}, { accept: '*/*' }, { accept: 'application/json' }]) {
      const answer = await get(path, headers as Record<string, string>)
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json'])
      expect(answer.json.paths).toHaveProperty(['/apis/apps/v1/deployments'])
    }
  })

  test('is protobuf to who asks for that first, by either of its names', async () => {
    for (const type of [protobufOf(version), answered]) {
      const answer = await get(path, { accept: `${type},application/json;q=0.5` })
      expect([answer.status, answer.headers['content-type']]).toEqual([200, answered])
      expect(answer.bytes.subarray(0, 5).toString()).toBe(
        version === 'v2' ? '\n\x032.0' : '\n\x053.0',
      )
    }
  })

  test('is 406 to who takes neither', async () => {
    expect((await get(path, { accept: 'text/html' })).status).toBe(406)
  })

  test('is compressed for who takes that', async () => {
    const zipped = await get(path, { 'accept-encoding': 'gzip' })
    expect(zipped.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(zipped.bytes)).toEqual((await get(path)).bytes)
  })

  test('is 304 to who has it, in either form', async () => {
    for (const accept of ['application/json', protobufOf(version)]) {
      const etag = String((await get(path, { accept })).headers['etag'])
      expect(etag).toMatch(/^"[0-9A-F]+"$/)
      const again = await get(path, { accept, 'if-none-match': etag })
      expect([again.status, again.bytes.length]).toEqual([304, 0])
      expect((await get(path, { accept, 'if-none-match': '"0"' })).status).toBe(200)
    }
  })
})

describe('the index of OpenAPI v3', () => {
  const urlOf = async (path: string) =>
    (await get('/openapi/v3')).json.paths[path].serverRelativeURL

  test('names URLs with a hash, which may be kept for good', async () => {
    const url = await urlOf('apis/apps/v1')
    expect(url).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]+$/)
    const { headers } = await get(url)
    expect(headers['etag']).toBe(`"${url.split('=')[1]}"`)
    expect(headers['cache-control']).toMatch(/public, immutable/)
    expect(headers['vary']).toMatch(/Accept/)
  })

  test('a URL without a hash must be asked again', async () => {
    const { headers } = await get('/openapi/v3/apis/apps/v1')
    expect(headers['cache-control']).not.toMatch(/immutable|public/)
  })

  test('a stale hash is sent on to the right one', async () => {
    const { status, headers } = await get('/openapi/v3/apis/apps/v1?hash=0123')
    expect([status, headers['location']]).toEqual([301, await urlOf('apis/apps/v1')])
  })

  test('names groups, discovery and the server’s own documents too', async () => {
    const { paths } = (await get('/openapi/v3')).json
    const own = ['.well-known/openid-configuration', 'api', 'apis', 'openid/v1/jwks', 'version']
    expect(Object.keys(paths)).toEqual(expect.arrayContaining([...own, 'apis/apps', 'api/v1']))
    for (const path of own)
      expect(Object.keys((await get(await urlOf(path))).json.paths)).toEqual([`/${path}/`])
  })

  test('has every served version of a definition, and none that is not', async () => {
    const { paths } = (await get('/openapi/v3')).json
    const versions = Object.keys(paths).filter(path => path.includes('test.example.com'))
    expect(versions.toSorted()).toEqual(
      ['v1', 'v10', 'v1beta1', 'v2'].map(version => `apis/test.example.com/${version}`),
    )
    const { definitions } = (await get('/openapi/v2')).json
    expect(definitions).toHaveProperty(['com.example.test.v10.Widget'])
    expect(definitions).not.toHaveProperty(['com.example.test.v3.Widget'])
  })
})
