import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  at,
  CustomResourceClient,
  conditionOf,
  crds,
  definition,
  onlyVersion,
  schemaOf,
  thing,
} from '../../support/custom-resources.ts'
import { eventually } from '../../support/eventually.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
let api: CustomResourceClient

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  api = new CustomResourceClient(cluster)
  const text = await readFile('test/fixtures/charts/schedules/crds/crontabs.yaml', 'utf8')
  await api.define(parse(text))
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('a definition', () => {
  const aggregatedType =
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

  test('is in discovery and OpenAPI while it is established, and their ETags tell of it', async () => {
    const before = await api.get('/apis', { accept: aggregatedType })
    const openApi = async () =>
      (await api.get('/openapi/v3')).json.paths['apis/test.example.com/v1']
    await api.define(definition('widgets', crd => (crd.spec.names.shortNames = ['wd'])))
    const after = await api.get('/apis', { accept: aggregatedType })
    expect(after.headers['etag']).not.toBe(before.headers['etag'])
    expect(after.text).toContain('"resource":"widgets"')
    expect((await api.get('/apis/test.example.com/v1')).json).toMatchObject({
      kind: 'APIResourceList',
      groupVersion: 'test.example.com/v1',
      resources: [
        {
          name: 'widgets',
          singularName: 'widget',
          kind: 'Widget',
          shortNames: ['wd'],
          namespaced: false,
        },
      ],
    })
    const { serverRelativeURL } = await openApi()
    const document = await api.get(serverRelativeURL)
    expect(document.json.components.schemas['com.example.test.v1.Widget']).toMatchObject({
      type: 'object',
      'x-kubernetes-group-version-kind': [
        { group: 'test.example.com', version: 'v1', kind: 'Widget' },
      ],
    })
    await api.send('DELETE', `${crds}/widgets.test.example.com`)
    await eventually(async () => expect((await api.get(at('widgets'))).status).toBe(404))
    expect((await api.get('/apis', { accept: aggregatedType })).text).not.toContain('widgets')
    expect(await openApi()).toBeUndefined()
  })

  test('tells what it accepted', async () => {
    const { json } = await api.get(`${crds}/crontabs.stable.example.com`)
    expect(conditionOf(json, 'NamesAccepted')).toMatchObject({
      status: 'True',
      reason: 'NoConflicts',
      message: 'no conflicts found',
    })
    expect(conditionOf(json, 'Established')).toMatchObject({
      status: 'True',
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
    })
    expect(json.status.acceptedNames).toEqual({
      plural: 'crontabs',
      singular: 'crontab',
      kind: 'CronTab',
      listKind: 'CronTabList',
      shortNames: ['ct'],
      categories: ['all', 'jobs'],
    })
    expect(json.status.storedVersions).toEqual(['v1'])
  })

  test('whose names are taken waits until they are free', async () => {
    await api.define(definition('alphas', crd => (crd.spec.names.shortNames = ['xx'])))
    const second = definition('betas', crd => (crd.spec.names.shortNames = ['xx']))
    await api.send('POST', crds, second)
    const target = `${crds}/betas.test.example.com`
    await eventually(async () => {
      const { json } = await api.get(target)
      expect(conditionOf(json, 'NamesAccepted')).toMatchObject({
        status: 'False',
        reason: 'ShortNamesConflict',
        message: '"xx" is already in use',
      })
      expect(conditionOf(json, 'Established')).toMatchObject({
        status: 'False',
        reason: 'NotAccepted',
        message: 'not all names are accepted',
      })
    })
    expect((await api.get(at('betas'))).status).toBe(404)
    await api.send('DELETE', `${crds}/alphas.test.example.com`)
    await api.established('betas.test.example.com')
    expect((await api.get(at('betas'))).status).toBe(200)
  })

  test('that is deleted takes its objects along, waiting for those that have finalizers', async () => {
    await api.define(definition('gizmos'))
    await api.send('POST', at('gizmos'), thing('gizmos', 'plain', {}))
    const held = thing('gizmos', 'held', {})
    await api.send('POST', at('gizmos'), {
      ...held,
      metadata: { ...held.metadata, finalizers: ['example.com/hold'] },
    })
    const deleted = await api.send('DELETE', `${crds}/gizmos.test.example.com`)
    expect(deleted.json.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io'])
    await eventually(async () => {
      const { json } = await api.get(at('gizmos'))
      expect(json.items.map((one: typeof held) => one.metadata.name)).toEqual(['held'])
      const crd = await api.get(`${crds}/gizmos.test.example.com`)
      expect(conditionOf(crd.json, 'Terminating')).toMatchObject({
        status: 'True',
        reason: 'InstanceDeletionInProgress',
      })
    })
    const late = await api.send('POST', at('gizmos'), thing('gizmos', 'late', {}))
    expect(late.status).toBe(405)
    expect(late.json.message).toBe(
      'create not allowed while custom resource definition is terminating',
    )
    await api.merge(`${at('gizmos')}/held`, { metadata: { finalizers: null } })
    await eventually(async () => {
      expect((await api.get(`${crds}/gizmos.test.example.com`)).status).toBe(404)
      expect((await api.get(at('gizmos'))).status).toBe(404)
    })
  })

  test('that changes shows stored objects by its new schema', async () => {
    const crd = definition('gadgets', ({ spec }) => {
      spec.versions[0] = onlyVersion({ old: { type: 'string' }, kept: { type: 'string' } })
    })
    await api.define(crd)
    await api.send('POST', at('gadgets'), thing('gadgets', 'one', { old: 'x', kept: 'y' }))
    const versions = [
      onlyVersion({ kept: { type: 'string' }, fresh: { type: 'integer', default: 7 } }),
    ]
    await api.merge(`${crds}/gadgets.test.example.com`, { spec: { versions } })
    await eventually(async () => {
      const { json } = await api.get(`${at('gadgets')}/one`)
      expect(json.spec).toEqual({ kept: 'y', fresh: 7 })
    })
  })

  test('with several versions converts by the version alone, and warns of deprecated ones', async () => {
    await api.define(
      definition('tools', ({ spec }) => {
        const shared = { served: true, schema: schemaOf({ size: { type: 'integer' } }) }
        const strict = schemaOf({ size: { type: 'integer', maximum: 5 } })
        spec.versions = [
          { ...shared, name: 'v1', storage: true },
          { ...shared, name: 'v1beta1', storage: false, deprecated: true, schema: strict },
          { ...shared, name: 'v1alpha1', storage: false, served: false },
        ]
      }),
    )
    await api.send('POST', at('tools', 'v1beta1'), thing('tools', 'saw', { size: 3 }, 'v1beta1'))
    const asV1 = await api.get(`${at('tools')}/saw`)
    expect([asV1.json.apiVersion, asV1.json.spec.size]).toEqual(['test.example.com/v1', 3])
    expect(asV1.headers['warning']).toBeUndefined()
    const old = await api.get(at('tools', 'v1beta1'))
    expect(old.json).toMatchObject({
      apiVersion: 'test.example.com/v1beta1',
      kind: 'ToolList',
      items: [{ apiVersion: 'test.example.com/v1beta1', spec: { size: 3 } }],
    })
    expect(old.headers['warning']).toBe(
      '299 - "test.example.com/v1beta1 Tool is deprecated; use test.example.com/v1 Tool"',
    )
    const big = thing('tools', 'crane', { size: 6 }, 'v1beta1')
    expect((await api.send('POST', at('tools', 'v1beta1'), big)).status).toBe(422)
    expect((await api.send('POST', at('tools'), thing('tools', 'crane', { size: 6 }))).status).toBe(
      201,
    )
    expect((await api.get(at('tools', 'v1alpha1'))).status).toBe(404)
    expect((await api.get('/apis/test.example.com')).json.versions).not.toContainEqual(
      expect.objectContaining({ version: 'v1alpha1' }),
    )
  })
})

test('custom resources are served again after a restart, whatever version they were stored as', async () => {
  await using first = await startCluster({ controllers: false })
  const before = new CustomResourceClient(first)
  const crd = definition('relics', ({ spec }) => {
    const schema = schemaOf({ a: { type: 'string' } })
    spec.versions = [
      { name: 'v1', served: true, storage: true, schema },
      { name: 'v2', served: true, storage: false, schema },
    ]
  })
  await before.define(crd)
  await before.send('POST', at('relics'), thing('relics', 'urn', { a: 'x' }))
  const versions = crd.spec.versions.map(one => ({ ...one, storage: one.name === 'v2' }))
  await before.merge(`${crds}/relics.test.example.com`, { spec: { versions } })
  await before.send('POST', at('relics', 'v2'), thing('relics', 'vase', { a: 'y' }, 'v2'))
  await using second = await startCluster({ controllers: false, store: first.store })
  const after = new CustomResourceClient(second)
  const { json } = await after.get(at('relics', 'v2'))
  expect(
    json.items.map((one: { spec: unknown; apiVersion: string }) => [one.apiVersion, one.spec]),
  ).toEqual([
    ['test.example.com/v2', { a: 'x' }],
    ['test.example.com/v2', { a: 'y' }],
  ])
  expect((await after.get(`${crds}/relics.test.example.com`)).json.status.storedVersions).toEqual([
    'v1',
    'v2',
  ])
})
