import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  at,
  CustomResourceClient,
  crds,
  definition,
  onlyVersion,
  thing,
} from '../../support/custom-resources.ts'
import { eventually } from '../../support/eventually.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const cronTabs = '/apis/stable.example.com/v1/namespaces/default/crontabs'
let cluster: TestCluster
let api: CustomResourceClient

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  api = new CustomResourceClient(cluster)
  const text = await readFile('test/fixtures/charts/schedules/crds/crontabs.yaml', 'utf8')
  await api.define(parse(text))
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const cronTab = (name: string, spec: object = {}, more: object = {}) => ({
  apiVersion: 'stable.example.com/v1',
  kind: 'CronTab',
  metadata: { name },
  spec: { cronSpec: '* * * * *', ...spec },
  ...more,
})

describe('an object', () => {
  test('gets its defaults and loses what the schema does not know, with warnings', async () => {
    const { status, json, headers } = await api.send('POST', cronTabs, {
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
    const { status, json } = await api.send('POST', target, cronTab('strict', { foo: 1 }))
    expect(status).toBe(400)
    expect(json.message).toBe('strict decoding error: unknown field "spec.foo"')
  })

  test('keeps unknown fields where the schema preserves them, but for those of specified parts', async () => {
    const free = { any: { thing: [1, { x: null }] }, strict: { a: 'a', b: 'b' } }
    const { json } = await api.send('POST', cronTabs, cronTab('free', { free, labels: { a: 'b' } }))
    expect(json.spec.free).toEqual({ any: { thing: [1, { x: null }] }, strict: { a: 'a' } })
    expect(json.spec.labels).toEqual({ a: 'b' })
  })

  test('has a null where none is allowed pruned, and defaulted where there is a default', async () => {
    const nulls = { image: null, policy: null, note: null }
    const { json } = await api.send('POST', cronTabs, cronTab('nulls', nulls))
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
    const { status, json } = await api.send('POST', cronTabs, cronTab('bad', spec))
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
    await api.send('POST', cronTabs, cronTab('patched'))
    const type = 'application/strategic-merge-patch+json'
    const { status, json } = await api.send('PATCH', `${cronTabs}/patched`, { spec: {} }, type)
    expect(status).toBe(415)
    expect(json.message).toBe(
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    )
  })

  test('keeps its status from the main endpoint, and everything else from the status endpoint', async () => {
    const created = await api.send(
      'POST',
      cronTabs,
      cronTab('parts', {}, { status: { replicas: 9 } }),
    )
    expect(created.json.status).toBeUndefined()
    const main = `${cronTabs}/parts`
    const { json: changed } = await api.merge(main, {
      spec: { replicas: 2 },
      status: { replicas: 9 },
    })
    expect([changed.status, changed.metadata.generation]).toEqual([undefined, 2])
    const { json: told } = await api.merge(`${main}/status`, {
      metadata: { labels: { a: 'b' } },
      spec: { replicas: 3 },
      status: { replicas: 2, labelSelector: 'app=x' },
    })
    expect(told.status).toEqual({ replicas: 2, labelSelector: 'app=x' })
    expect([told.spec.replicas, told.metadata.generation]).toEqual([2, 2])
    expect(told.metadata.labels).toBeUndefined()
    const { json: labelled } = await api.merge(main, { metadata: { labels: { a: 'b' } } })
    expect([labelled.metadata.generation, labelled.metadata.labels]).toEqual([2, { a: 'b' }])
  })

  test('is scaled by the paths of its definition', async () => {
    const scale = `${cronTabs}/parts/scale`
    const { json: before } = await api.get(scale)
    expect(before).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 2, selector: 'app=x' },
    })
    await api.merge(scale, { spec: { replicas: 5 } })
    expect((await api.get(`${cronTabs}/parts`)).json.spec.replicas).toBe(5)
    const refused = await api.merge(scale, { spec: { replicas: 50 } })
    expect(refused.json.message).toContain('should be less than or equal to 10')
  })

  test('is owned item by item, as its schema says, when it is applied by several', async () => {
    const apply = (manager: string, spec: object) =>
      api.send(
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

test('an update is not refused for what it leaves alone, only for what it changes', async () => {
  await api.define(
    definition('rachets', ({ spec }) => {
      spec.versions[0] = onlyVersion({
        a: { type: 'string' },
        b: { type: 'string' },
      })
    }),
  )
  await api.send('POST', at('rachets'), thing('rachets', 'one', { a: 'long enough', b: 'x' }))
  const short = { type: 'string', maxLength: 3 }
  const versions = [onlyVersion({ a: short, b: short })]
  await api.merge(`${crds}/rachets.test.example.com`, { spec: { versions } })
  await eventually(async () =>
    expect(
      (
        await api.send(
          'POST',
          `${at('rachets')}?dryRun=All`,
          thing('rachets', 'two', { a: 'long' }),
        )
      ).status,
    ).toBe(422),
  )
  expect((await api.merge(`${at('rachets')}/one`, { spec: { b: 'y' } })).status).toBe(200)
  expect((await api.merge(`${at('rachets')}/one`, { spec: { a: 'still long' } })).status).toBe(422)
})
