import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { configMap, deployment, RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const maps = '/api/v1/namespaces/default/configmaps'
const deployments = '/apis/apps/v1/namespaces/default/deployments'
let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('field validation', () => {
  const unknown = { ...configMap('odd'), spec: { foo: 1 }, extra: true }
  const post = (query: string, body: unknown, type = 'application/json') =>
    api.send('POST', `${maps}?dryRun=All${query}`, body, { 'content-type': type })

  test('is strict on request', async () => {
    const { json } = await post('&fieldValidation=Strict', unknown)
    expect(json).toMatchObject({
      code: 400,
      message: 'strict decoding error: unknown field "spec", unknown field "extra"',
    })
  })

  test.each(['', '&fieldValidation=Warn'])('warns by default (%s)', async query => {
    const { status, headers } = await post(query, unknown)
    expect(status).toBe(201)
    expect(headers['warning']).toBe(
      '299 - "unknown field \\"spec\\"", 299 - "unknown field \\"extra\\""',
    )
  })

  test('is silent on request', async () => {
    const { status, headers, json } = await post('&fieldValidation=Ignore', unknown)
    expect(status).toBe(201)
    expect(headers['warning']).toBeUndefined()
    expect(json.extra).toBeUndefined()
  })

  test('of another kind is refused', async () => {
    const { json } = await post('&fieldValidation=Hard', configMap('x'))
    expect(json).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message:
        'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Hard": supported values: "", "Ignore", "Strict", "Warn"',
    })
  })

  const twice =
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","name":"x"},"data":{"k":"1","k":"2"}}'
  test('finds what JSON says twice', async () => {
    const { json } = await post('&fieldValidation=Strict', twice)
    expect(json.message).toBe(
      'strict decoding error: duplicate field "metadata.name", duplicate field "data.k"',
    )
    const warned = await post('', twice)
    expect(warned.headers['warning']).toBe(
      '299 - "duplicate field \\"metadata.name\\"", 299 - "duplicate field \\"data.k\\""',
    )
    expect(warned.json.data).toEqual({ k: '2' })
  })

  test('finds what YAML says twice', async () => {
    const text =
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  k: "1"\n  k: "2"\n'
    const { json } = await post('&fieldValidation=Strict', text, 'application/yaml')
    expect(json.code).toBe(400)
    expect(json.message).toContain('key "k" already set in map')
    expect((await post('', text, 'application/yaml')).headers['warning']).toContain(
      'key \\"k\\" already set in map',
    )
  })

  test('names what is unknown in lists', async () => {
    const spec = {
      template: {
        metadata: { labels: { app: 'x' } },
        spec: { containers: [{ name: 'a', image: 'b', imag: 'c' }] },
      },
    }
    const { json } = await api.post(
      `${deployments}?fieldValidation=Strict&dryRun=All`,
      deployment('x', spec),
    )
    expect(json.message).toBe(
      'strict decoding error: unknown field "spec.template.spec.containers[0].imag"',
    )
  })

  const known = `${maps}/known?fieldValidation=Strict`

  test('is for PUT too', async () => {
    await api.post(maps, configMap('known'))
    const { json } = await api.put(known, { ...configMap('known'), x: 1 })
    expect(json).toMatchObject({
      code: 400,
      message: 'strict decoding error: unknown field "x"',
    })
  })

  test.each([
    ['merge', { x: 1 }],
    ['json', [{ op: 'add', path: '/x', value: 1 }]],
  ] as const)('is for a %s patch too, whose result is shown in the 422', async (type, patch) => {
    await api.post(maps, configMap('known'))
    const { json } = await api.patch(type, known, patch)
    expect(json).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(json.message).toContain(` "" is invalid: patch: Invalid value: "{`)
    expect(json.message).toContain(String.raw`\"x\":1`)
    expect(json.message).toMatch(/: strict decoding error: unknown field "x"$/)
    expect(json.details.causes).toMatchObject([{ reason: 'FieldValueInvalid', field: 'patch' }])
  })

  test('is for a strategic merge patch too, which is shown itself in the 422', async () => {
    await api.post(maps, configMap('known'))
    const { json } = await api.patch('strategic', known, { x: { b: [1, 'c'], a: null } })
    const message =
      'Invalid value: "map[x:map[a:<nil> b:[1 c]]]": strict decoding error: unknown field "x"'
    expect(json).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: ` "" is invalid: patch: ${message}`,
      details: { causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }] },
    })
  })

  test('finds what a patch says twice', async () => {
    await api.post(maps, configMap('known'))
    const send = (query: string, type: string, text: string) =>
      api.send('PATCH', `${maps}/known?dryRun=All&fieldValidation=${query}`, text, {
        'content-type': `application/${type}+json`,
      })
    const twiceMerged = '{"data":{"k":"1","k":"2"}}'
    const strict = await send('Strict', 'merge-patch', twiceMerged)
    expect(strict.json.code).toBe(422)
    expect(strict.json.message).toMatch(/: strict decoding error: duplicate field "data.k"$/)
    const warned = await send('Warn', 'merge-patch', twiceMerged)
    expect(warned.headers['warning']).toBe('299 - "duplicate field \\"data.k\\""')
    const operations = '[{"op":"add","path":"/data","value":{},"value":{"k":"2"}}]'
    const refused = await send('Strict', 'json-patch', operations)
    expect(refused.json.message).toMatch(
      /: strict decoding error: json patch duplicate field "\[0\].value"$/,
    )
  })

  test('refuses a patch to a value of the wrong type', async () => {
    await api.post(maps, configMap('known'))
    const { json } = await api.patch('merge', `${maps}/known`, { data: 'text' })
    expect(json).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(json.message).toMatch(
      /: json: cannot unmarshal string into Go struct field ConfigMap.data of type map\[string\]string$/,
    )
  })

  test('refuses values of the wrong type whatever was asked', async () => {
    const { json } = await post('&fieldValidation=Ignore', { ...configMap('x'), data: 'text' })
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })
})
