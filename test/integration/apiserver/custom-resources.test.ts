import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type {
  CustomResourceDefinition,
  CustomResourceValidation,
  JSONSchemaProps,
} from '#kubernetes/api/apiextensions-v1.ts'
import { eventually } from '../../support/eventually.ts'
import { type HttpAnswer, http } from '../../support/http.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const cronTabs = '/apis/stable.example.com/v1/namespaces/default/crontabs'
let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  const text = await readFile('test/fixtures/charts/schedules/crds/crontabs.yaml', 'utf8')
  expect((await send('POST', crds, parse(text))).status).toBe(201)
  await established('crontabs.stable.example.com')
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

function send(
  method: string,
  target: string,
  body?: unknown,
  contentType = 'application/json',
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  return http(cluster.controlPlane, method, target, {
    headers: { 'content-type': contentType, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}
const get = (target: string, headers: Record<string, string> = {}) =>
  send('GET', target, undefined, 'application/json', headers)
const merge = (target: string, body: unknown) =>
  send('PATCH', target, body, 'application/merge-patch+json')

const conditionOf = (crd: CustomResourceDefinition, type: string) =>
  crd.status?.conditions?.find(one => one.type === type)

const established = (name: string) =>
  eventually(async () => {
    const { json } = await get(`${crds}/${name}`)
    expect(conditionOf(json, 'Established')?.status).toBe('True')
  })

const cronTab = (name: string, spec: object = {}, more: object = {}) => ({
  apiVersion: 'stable.example.com/v1',
  kind: 'CronTab',
  metadata: { name },
  spec: { cronSpec: '* * * * *', ...spec },
  ...more,
})

/** A small definition in a group of its own; `change` makes it what the test needs. */
function definition(
  plural: string,
  change: (crd: CustomResourceDefinition) => void = () => {},
): CustomResourceDefinition {
  const kind = plural.replace(/^./, first => first.toUpperCase()).replace(/s$/, '')
  const crd: CustomResourceDefinition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.test.example.com` },
    spec: {
      group: 'test.example.com',
      scope: 'Cluster',
      names: { plural, kind },
      versions: [{ name: 'v1', served: true, storage: true, schema: schemaOf({}) }],
    },
  }
  change(crd)
  return crd
}
const schemaOf = (properties: Record<string, JSONSchemaProps>): CustomResourceValidation => ({
  openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } },
})
const at = (plural: string, version = 'v1') => `/apis/test.example.com/${version}/${plural}`
const thing = (plural: string, name: string, spec: object, version = 'v1') => ({
  apiVersion: `test.example.com/${version}`,
  kind: definition(plural).spec.names.kind,
  metadata: { name },
  spec,
})
async function define(crd: CustomResourceDefinition): Promise<void> {
  const answer = await send('POST', crds, crd)
  expect(answer.status, answer.text).toBe(201)
  await established(crd.metadata.name ?? '')
}

describe('an object', () => {
  test('gets its defaults and loses what the schema does not know, with warnings', async () => {
    const { status, json, headers } = await send('POST', cronTabs, {
      ...cronTab('filled', { foo: 1, steps: [{ name: 'a', bar: 1 }], note: null, port: 'http' }),
      extra: true,
    })
    expect(status).toBe(201)
    expect(json.spec).toEqual({
      cronSpec: '* * * * *',
      image: 'busybox:1',
      replicas: 1,
      steps: [{ name: 'a', retries: 3 }],
      note: null,
      port: 'http',
    })
    expect(json.extra).toBeUndefined()
    expect(json.metadata.generation).toBe(1)
    expect(headers['warning']).toBe(
      ['extra', 'spec.foo', 'spec.steps[0].bar']
        .map(path => `299 - "unknown field \\"${path}\\""`)
        .toSorted()
        .join(', '),
    )
  })

  test('with unknown fields is refused when the client is strict', async () => {
    const target = `${cronTabs}?fieldValidation=Strict`
    const { status, json } = await send('POST', target, cronTab('strict', { foo: 1 }))
    expect(status).toBe(400)
    expect(json.message).toBe('strict decoding error: unknown field "spec.foo"')
  })

  test('keeps unknown fields where the schema preserves them, but for those of specified parts', async () => {
    const free = { any: { thing: [1, { x: null }] }, strict: { a: 'a', b: 'b' } }
    const { json } = await send('POST', cronTabs, cronTab('free', { free, labels: { a: 'b' } }))
    expect(json.spec.free).toEqual({ any: { thing: [1, { x: null }] }, strict: { a: 'a' } })
    expect(json.spec.labels).toEqual({ a: 'b' })
  })

  test('has a null where none is allowed pruned, and defaulted where there is a default', async () => {
    const nulls = { image: null, policy: null, note: null }
    const { json } = await send('POST', cronTabs, cronTab('nulls', nulls))
    expect(json.spec).toEqual({
      cronSpec: '* * * * *',
      image: 'busybox:1',
      replicas: 1,
      note: null,
    })
  })

  test.each<[what: string, spec: object, cause: [reason: string, field: string, message: string]]>([
    [
      'a wrong type',
      { replicas: 'two' },
      [
        'FieldValueTypeInvalid',
        'spec.replicas',
        'Invalid value: "string": spec.replicas in body must be of type integer: "string"',
      ],
    ],
    [
      'too much',
      { replicas: 11 },
      [
        'FieldValueInvalid',
        'spec.replicas',
        'Invalid value: 11: spec.replicas in body should be less than or equal to 10',
      ],
    ],
    [
      'too little',
      { replicas: 0 },
      [
        'FieldValueInvalid',
        'spec.replicas',
        'Invalid value: 0: spec.replicas in body should be greater than or equal to 1',
      ],
    ],
    [
      'a text that matches no pattern',
      { cronSpec: 'now' },
      [
        'FieldValueInvalid',
        'spec.cronSpec',
        `Invalid value: "now": spec.cronSpec in body should match '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'`,
      ],
    ],
    [
      'what is missing',
      { cronSpec: undefined },
      ['FieldValueRequired', 'spec.cronSpec', 'Required value'],
    ],
    [
      'a word that is not among the allowed',
      { policy: 'Maybe' },
      [
        'FieldValueNotSupported',
        'spec.policy',
        'Unsupported value: "Maybe": supported values: "Allow", "Forbid"',
      ],
    ],
    [
      'no time',
      { until: 'tomorrow' },
      [
        'FieldValueTypeInvalid',
        'spec.until',
        'Invalid value: "tomorrow": spec.until in body must be of type date-time: "tomorrow"',
      ],
    ],
    [
      'neither number nor text',
      { port: true },
      [
        'FieldValueTypeInvalid',
        'spec.port',
        'Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
      ],
    ],
    [
      'a long item',
      { tags: ['a', 'toolong'] },
      ['FieldValueTooLong', 'spec.tags[1]', 'Too long: may not be more than 5 bytes'],
    ],
    [
      'many items',
      { tags: ['a', 'b', 'c', 'd'] },
      ['FieldValueTooMany', 'spec.tags', 'Too many: 4: must have at most 3 items'],
    ],
    [
      'an item of a set twice',
      { tags: ['a', 'b', 'a'] },
      ['FieldValueDuplicate', 'spec.tags[2]', 'Duplicate value: "a"'],
    ],
    [
      'a key of a list twice',
      { steps: [{ name: 'a' }, { name: 'a', run: 'x' }] },
      ['FieldValueDuplicate', 'spec.steps[1]', 'Duplicate value: {"name":"a"}'],
    ],
  ])('with %s is refused in upstream’s words', async (_what, spec, [reason, field, message]) => {
    const { status, json } = await send('POST', cronTabs, cronTab('bad', spec))
    expect(status).toBe(422)
    expect(json.message).toBe(`CronTab.stable.example.com "bad" is invalid: ${field}: ${message}`)
    expect(json.details).toEqual({
      name: 'bad',
      group: 'stable.example.com',
      kind: 'CronTab',
      causes: [{ reason, message, field }],
    })
  })

  test('can’t be patched strategically', async () => {
    await send('POST', cronTabs, cronTab('patched'))
    const type = 'application/strategic-merge-patch+json'
    const { status, json } = await send('PATCH', `${cronTabs}/patched`, { spec: {} }, type)
    expect(status).toBe(415)
    expect(json.message).toBe(
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    )
  })

  test('keeps its status from the main endpoint, and everything else from the status endpoint', async () => {
    const created = await send('POST', cronTabs, cronTab('parts', {}, { status: { replicas: 9 } }))
    expect(created.json.status).toBeUndefined()
    const main = `${cronTabs}/parts`
    const { json: changed } = await merge(main, { spec: { replicas: 2 }, status: { replicas: 9 } })
    expect([changed.status, changed.metadata.generation]).toEqual([undefined, 2])
    const { json: told } = await merge(`${main}/status`, {
      metadata: { labels: { a: 'b' } },
      spec: { replicas: 3 },
      status: { replicas: 2, labelSelector: 'app=x' },
    })
    expect(told.status).toEqual({ replicas: 2, labelSelector: 'app=x' })
    expect([told.spec.replicas, told.metadata.generation]).toEqual([2, 2])
    expect(told.metadata.labels).toBeUndefined()
    const { json: labelled } = await merge(main, { metadata: { labels: { a: 'b' } } })
    expect([labelled.metadata.generation, labelled.metadata.labels]).toEqual([2, { a: 'b' }])
  })

  test('is scaled by the paths of its definition', async () => {
    const scale = `${cronTabs}/parts/scale`
    const { json: before } = await get(scale)
    expect(before).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 2, selector: 'app=x' },
    })
    await merge(scale, { spec: { replicas: 5 } })
    expect((await get(`${cronTabs}/parts`)).json.spec.replicas).toBe(5)
    const refused = await merge(scale, { spec: { replicas: 50 } })
    expect(refused.json.message).toContain('should be less than or equal to 10')
  })

  test('is owned item by item, as its schema says, when it is applied by several', async () => {
    const apply = (manager: string, spec: object) =>
      send(
        'PATCH',
        `${cronTabs}/shared?fieldManager=${manager}`,
        cronTab('shared', spec),
        'application/apply-patch+yaml',
      )
    await apply('one', { steps: [{ name: 'a', run: 'x' }], tags: ['a'] })
    const second = await apply('two', { steps: [{ name: 'b', run: 'y' }], tags: ['b'] })
    expect(second.status, second.text).toBe(200)
    expect(second.json.spec.steps.map((step: { name: string }) => step.name)).toEqual(['a', 'b'])
    expect(second.json.spec.tags).toEqual(['a', 'b'])
    const conflict = await apply('two', { steps: [{ name: 'a', run: 'z' }], tags: ['b'] })
    expect(conflict.status).toBe(409)
    expect(conflict.json.message).toBe(
      'Apply failed with 1 conflict: conflict with "one": .spec.steps[name="a"].run',
    )
    const unknown = await apply('two', { nothing: 1 })
    expect(unknown.status).toBe(500)
    expect(unknown.json.message).toContain('.spec.nothing: field not declared in schema')
  })
})

describe('a definition', () => {
  const aggregatedType =
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

  test('is in discovery and OpenAPI while it is established, and their ETags tell of it', async () => {
    const before = await get('/apis', { accept: aggregatedType })
    const openApi = async () => (await get('/openapi/v3')).json.paths['apis/test.example.com/v1']
    await define(definition('widgets', crd => (crd.spec.names.shortNames = ['wd'])))
    const after = await get('/apis', { accept: aggregatedType })
    expect(after.headers['etag']).not.toBe(before.headers['etag'])
    expect(after.text).toContain('"resource":"widgets"')
    expect((await get('/apis/test.example.com/v1')).json).toMatchObject({
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
    const document = await get(serverRelativeURL)
    expect(document.json.components.schemas['com.example.test.v1.Widget']).toMatchObject({
      type: 'object',
      'x-kubernetes-group-version-kind': [
        { group: 'test.example.com', version: 'v1', kind: 'Widget' },
      ],
    })
    await send('DELETE', `${crds}/widgets.test.example.com`)
    await eventually(async () => expect((await get(at('widgets'))).status).toBe(404))
    expect((await get('/apis', { accept: aggregatedType })).text).not.toContain('widgets')
    expect(await openApi()).toBeUndefined()
  })

  test('tells what it accepted', async () => {
    const { json } = await get(`${crds}/crontabs.stable.example.com`)
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
    await define(definition('alphas', crd => (crd.spec.names.shortNames = ['xx'])))
    const second = definition('betas', crd => (crd.spec.names.shortNames = ['xx']))
    await send('POST', crds, second)
    const target = `${crds}/betas.test.example.com`
    await eventually(async () => {
      const { json } = await get(target)
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
    expect((await get(at('betas'))).status).toBe(404)
    await send('DELETE', `${crds}/alphas.test.example.com`)
    await established('betas.test.example.com')
    expect((await get(at('betas'))).status).toBe(200)
  })

  test('that is deleted takes its objects along, waiting for those that have finalizers', async () => {
    await define(definition('gizmos'))
    await send('POST', at('gizmos'), thing('gizmos', 'plain', {}))
    const held = thing('gizmos', 'held', {})
    await send('POST', at('gizmos'), {
      ...held,
      metadata: { ...held.metadata, finalizers: ['example.com/hold'] },
    })
    const deleted = await send('DELETE', `${crds}/gizmos.test.example.com`)
    expect(deleted.json.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io'])
    await eventually(async () => {
      const { json } = await get(at('gizmos'))
      expect(json.items.map((one: typeof held) => one.metadata.name)).toEqual(['held'])
      const crd = await get(`${crds}/gizmos.test.example.com`)
      expect(conditionOf(crd.json, 'Terminating')).toMatchObject({
        status: 'True',
        reason: 'InstanceDeletionInProgress',
      })
    })
    const late = await send('POST', at('gizmos'), thing('gizmos', 'late', {}))
    expect(late.status).toBe(405)
    expect(late.json.message).toBe(
      'create not allowed while custom resource definition is terminating',
    )
    await merge(`${at('gizmos')}/held`, { metadata: { finalizers: null } })
    await eventually(async () => {
      expect((await get(`${crds}/gizmos.test.example.com`)).status).toBe(404)
      expect((await get(at('gizmos'))).status).toBe(404)
    })
  })

  test('that changes shows stored objects by its new schema', async () => {
    const crd = definition('gadgets', ({ spec }) => {
      spec.versions[0] = {
        name: 'v1',
        served: true,
        storage: true,
        schema: schemaOf({ old: { type: 'string' }, kept: { type: 'string' } }),
      }
    })
    await define(crd)
    await send('POST', at('gadgets'), thing('gadgets', 'one', { old: 'x', kept: 'y' }))
    const { openAPIV3Schema } = schemaOf({
      kept: { type: 'string' },
      fresh: { type: 'integer', default: 7 },
    })
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }]
    await merge(`${crds}/gadgets.test.example.com`, { spec: { versions } })
    await eventually(async () => {
      const { json } = await get(`${at('gadgets')}/one`)
      expect(json.spec).toEqual({ kept: 'y', fresh: 7 })
    })
  })

  test('with several versions converts by the version alone, and warns of deprecated ones', async () => {
    await define(
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
    await send('POST', at('tools', 'v1beta1'), thing('tools', 'saw', { size: 3 }, 'v1beta1'))
    const asV1 = await get(`${at('tools')}/saw`)
    expect([asV1.json.apiVersion, asV1.json.spec.size]).toEqual(['test.example.com/v1', 3])
    expect(asV1.headers['warning']).toBeUndefined()
    const old = await get(at('tools', 'v1beta1'))
    expect(old.json).toMatchObject({
      apiVersion: 'test.example.com/v1beta1',
      kind: 'ToolList',
      items: [{ apiVersion: 'test.example.com/v1beta1', spec: { size: 3 } }],
    })
    expect(old.headers['warning']).toBe(
      '299 - "test.example.com/v1beta1 Tool is deprecated; use test.example.com/v1 Tool"',
    )
    const big = thing('tools', 'crane', { size: 6 }, 'v1beta1')
    expect((await send('POST', at('tools', 'v1beta1'), big)).status).toBe(422)
    expect((await send('POST', at('tools'), thing('tools', 'crane', { size: 6 }))).status).toBe(201)
    expect((await get(at('tools', 'v1alpha1'))).status).toBe(404)
    expect((await get('/apis/test.example.com')).json.versions).not.toContainEqual(
      expect.objectContaining({ version: 'v1alpha1' }),
    )
  })

  test('with validation rules is accepted, with a warning that they are not enforced', async () => {
    const { status, headers } = await send(
      'POST',
      `${crds}?dryRun=All`,
      definition('ruled', ({ spec }) => {
        spec.versions[0] = {
          name: 'v1',
          served: true,
          storage: true,
          schema: schemaOf({
            a: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self > 1' }] },
          }),
        }
      }),
    )
    expect(status).toBe(201)
    expect(headers['warning']).toContain('not enforced yet')
  })
})

test('an update is not refused for what it leaves alone, only for what it changes', async () => {
  await define(
    definition('rachets', ({ spec }) => {
      spec.versions[0] = {
        name: 'v1',
        served: true,
        storage: true,
        schema: schemaOf({
          a: { type: 'string' },
          b: { type: 'string' },
        }),
      }
    }),
  )
  await send('POST', at('rachets'), thing('rachets', 'one', { a: 'long enough', b: 'x' }))
  const tight = schemaOf({
    a: { type: 'string', maxLength: 3 },
    b: { type: 'string', maxLength: 3 },
  })
  const versions = [{ name: 'v1', served: true, storage: true, schema: tight }]
  await merge(`${crds}/rachets.test.example.com`, { spec: { versions } })
  await eventually(async () =>
    expect(
      (await send('POST', `${at('rachets')}?dryRun=All`, thing('rachets', 'two', { a: 'long' })))
        .status,
    ).toBe(422),
  )
  expect((await merge(`${at('rachets')}/one`, { spec: { b: 'y' } })).status).toBe(200)
  expect((await merge(`${at('rachets')}/one`, { spec: { a: 'still long' } })).status).toBe(422)
})

test('custom resources are served again after a restart, whatever version they were stored as', async () => {
  await using first = await startCluster({ controllers: false })
  const on = (one: TestCluster, method: string, target: string, body?: object) =>
    http(one.controlPlane, method, target, {
      headers: {
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  const crd = definition('relics', ({ spec }) => {
    const schema = schemaOf({ a: { type: 'string' } })
    spec.versions = [
      { name: 'v1', served: true, storage: true, schema },
      { name: 'v2', served: true, storage: false, schema },
    ]
  })
  await on(first, 'POST', crds, crd)
  await eventually(async () => expect((await on(first, 'GET', at('relics'))).status).toBe(200))
  await on(first, 'POST', at('relics'), thing('relics', 'urn', { a: 'x' }))
  const versions = crd.spec.versions.map(one => ({ ...one, storage: one.name === 'v2' }))
  await on(first, 'PATCH', `${crds}/relics.test.example.com`, { spec: { versions } })
  await on(first, 'POST', at('relics', 'v2'), thing('relics', 'vase', { a: 'y' }, 'v2'))
  await using second = await startCluster({ controllers: false, store: first.store })
  const { json } = await on(second, 'GET', at('relics', 'v2'))
  expect(
    json.items.map((one: { spec: unknown; apiVersion: string }) => [one.apiVersion, one.spec]),
  ).toEqual([
    ['test.example.com/v2', { a: 'x' }],
    ['test.example.com/v2', { a: 'y' }],
  ])
  expect(
    (await on(second, 'GET', `${crds}/relics.test.example.com`)).json.status.storedVersions,
  ).toEqual(['v1', 'v2'])
})
