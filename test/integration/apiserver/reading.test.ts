import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import type { Revision } from '#control-plane/storage/store.ts'
import { heldBack } from '../../support/held-back.ts'
import { type HttpAnswer, http } from '../../support/http.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const clock = new FakeClock(Date.now())
const core = '/api/v1'
const at = `${core}/namespaces/default/configmaps`
const names = ['a', 'b', 'c', 'd', 'e']
const versions: string[] = []
let cluster: TestCluster

const send = (method: string, target: string, body?: unknown, type = 'application/json') =>
  http(cluster.controlPlane, method, target, {
    headers: { 'content-type': type },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const get = (query: string, from = at) => send('GET', `${from}?${query}`)
const create = async (name: string, labels = {}, kind = 'ConfigMap', where = at) => {
  const { json } = await send('POST', where, { apiVersion: 'v1', kind, metadata: { name, labels } })
  return json.metadata.resourceVersion as string
}
const listed = ({ json }: HttpAnswer): string[] =>
  json.items.map((item: { metadata: { name: string } }) => item.metadata.name)

beforeAll(async () => {
  cluster = await startCluster({ controllers: false, clock })
  for (const name of names) versions.push(await create(name, { first: String(name < 'd') }))
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('resource versions', () => {
  test('are decimal numbers without leading zeros, of one order for all kinds', async () => {
    const secrets = `${core}/namespaces/default/secrets`
    const written = [
      await create('v-1'),
      await create('v-2', {}, 'Secret', secrets),
      await create('v-3'),
    ]
    for (const version of written) expect(version).toMatch(/^[1-9]\d*$/)
    const numbers = written.map(Number)
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
    expect(new Set(numbers).size).toBe(3)
    for (const name of ['v-1', 'v-3']) await send('DELETE', `${at}/${name}`)
  })

  test('of lists say which state they show, even of nothing', async () => {
    const last = await create('last')
    const empty = await get('', `${core}/namespaces/default/podtemplates`)
    expect(empty.json.items).toEqual([])
    expect(Number(empty.json.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(last))
    await send('DELETE', `${at}/last`)
  })

  test('of objects in a list are their own', async () => {
    const { json } = await get('')
    const own = json.items.map(
      (item: { metadata: { resourceVersion: string } }) => item.metadata.resourceVersion,
    )
    expect(own).toEqual(versions)
  })

  test('may be written with zeros before them, of 64 bits at most', async () => {
    const exact = (version: string) => get(`resourceVersion=${version}&resourceVersionMatch=Exact`)
    expect(listed(await exact(`000${versions[1]}`))).toEqual(['a', 'b'])
    expect((await exact('18446744073709551616')).json).toMatchObject({
      code: 400,
      message: expect.stringContaining('value out of range'),
    })
  })
})

describe('a get', () => {
  test.each([
    ['none', ''],
    ['an empty one', 'resourceVersion='],
    ['0', 'resourceVersion=0'],
  ])('with resource version %s answers what is there', async (_what, query) => {
    const { status, json } = await get(query, `${at}/a`)
    expect(status).toBe(200)
    expect(json.metadata.resourceVersion).toBe(versions[0])
  })

  test('with a resource version answers nothing older', async () => {
    const { json } = await get(`resourceVersion=${versions[4]}`, `${at}/a`)
    expect(json.metadata.name).toBe('a')
  })

  test('with a resource version to come waits for it', async () => {
    const now = Number((await get('')).json.metadata.resourceVersion)
    const { answer } = await asked(`${at}/woken?resourceVersion=${now + 1}`)
    await create('woken')
    expect((await answer).status).toBe(200)
    await send('DELETE', `${at}/woken`)
  })

  test('with a resource version that does not come is refused after three seconds', async () => {
    await expectTooLarge(`${at}/a`, '')
  })

  test('with a resource version that is none is refused', async () => {
    const { json } = await get('resourceVersion=x', `${at}/a`)
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })

  test('of what is not there names it', async () => {
    const { json } = await get('', `${at}/none`)
    expect(json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "none" not found',
      reason: 'NotFound',
      details: { name: 'none', kind: 'configmaps' },
      code: 404,
    })
  })
})

describe('a list', () => {
  test.each([
    ['none', ''],
    ['0', 'resourceVersion=0'],
    ['0 and not older', 'resourceVersion=0&resourceVersionMatch=NotOlderThan'],
  ])('with resource version %s shows what is there', async (_what, query) => {
    const answer = await get(query)
    expect(listed(answer)).toEqual(names)
    expect(answer.json).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' })
  })

  test('not older than a version shows what is there', async () => {
    expect(listed(await get(`resourceVersion=${versions[0]}`))).toEqual(names)
    const query = `resourceVersion=${versions[0]}&resourceVersionMatch=NotOlderThan&limit=500`
    expect(listed(await get(query))).toEqual(names)
  })

  test('of exactly a version shows the state it was', async () => {
    const answer = await get(`resourceVersion=${versions[1]}&resourceVersionMatch=Exact`)
    expect(listed(answer)).toEqual(['a', 'b'])
    expect(answer.json.metadata.resourceVersion).toBe(versions[1])
  })

  test('with a limit and a version but no match is of exactly that version', async () => {
    const answer = await get(`resourceVersion=${versions[2]}&limit=10`)
    expect(listed(answer)).toEqual(['a', 'b', 'c'])
  })

  test('of a version to come is refused after three seconds', async () => {
    await expectTooLarge(at, '')
    await expectTooLarge(at, '&resourceVersionMatch=NotOlderThan')
  })

  test('of exactly a version to come is refused', async () => {
    const { json } = await get('resourceVersion=99999999&resourceVersionMatch=Exact')
    expect(json).toMatchObject({ code: 504, reason: 'Timeout' })
  })

  test.each([
    [
      'a match without a version',
      'resourceVersionMatch=Exact',
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      'a match that is none',
      'resourceVersion=1&resourceVersionMatch=Newest',
      'resourceVersionMatch: Unsupported value: "Newest": supported values: "", "Exact", "NotOlderThan"',
    ],
    [
      'an exact match of any version',
      'resourceVersion=0&resourceVersionMatch=Exact',
      'resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [
      'a match and a token',
      'resourceVersion=1&resourceVersionMatch=NotOlderThan&continue=x',
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided',
    ],
  ])('with %s is refused', async (_what, query, problem) => {
    expect((await get(query)).json).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: `ListOptions.meta.k8s.io "" is invalid: ${problem}`,
    })
  })

  test.each([
    'resourceVersion=x',
    'limit=x',
    'timeoutSeconds=x',
    'timeoutSeconds=x&watch=true',
    'limit=x&watch=true',
  ])('with %s is refused', async query => {
    expect((await get(query)).json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })

  test('is in the order of names', async () => {
    await create('aa')
    expect(listed(await get(''))).toEqual(['a', 'aa', ...names.slice(1)])
    await send('DELETE', `${at}/aa`)
  })
})

describe('a list in chunks', () => {
  test('tells how many are left, and ends without a token', async () => {
    const first = await get('limit=2')
    expect(listed(first)).toEqual(['a', 'b'])
    expect(first.json.metadata.remainingItemCount).toBe(3)
    const second = await next(first, 2)
    expect(listed(second)).toEqual(['c', 'd'])
    expect(second.json.metadata.remainingItemCount).toBe(1)
    const third = await next(second, 2)
    expect(listed(third)).toEqual(['e'])
    expect(third.json.metadata.continue).toBeUndefined()
    expect(third.json.metadata.remainingItemCount).toBeUndefined()
  })

  test('is of the version of its first, whatever happens meanwhile', async () => {
    const first = await get('limit=3')
    await create('bb')
    await send('DELETE', `${at}/e`)
    const second = await next(first, 3)
    expect(listed(second)).toEqual(['d', 'e'])
    expect(second.json.metadata.resourceVersion).toBe(first.json.metadata.resourceVersion)
    await send('DELETE', `${at}/bb`)
    versions[4] = await create('e', { first: 'false' })
  })

  test('with a selector does not tell how many are left', async () => {
    const first = await get('limit=2&labelSelector=first%3Dtrue')
    expect(listed(first)).toEqual(['a', 'b'])
    expect(first.json.metadata.remainingItemCount).toBeUndefined()
    const second = await next(first, 2, '&labelSelector=first%3Dtrue')
    expect(listed(second)).toEqual(['c'])
    expect(second.json.metadata.continue).toBeUndefined()
  })

  test('goes on with another limit', async () => {
    expect(listed(await next(await get('limit=1'), 4))).toEqual(['b', 'c', 'd', 'e'])
    expect(listed(await next(await get('limit=1'), 0))).toEqual(['b', 'c', 'd', 'e'])
  })

  test('as large as the list has no token', async () => {
    const { json } = await get('limit=5')
    expect(json.metadata.continue).toBeUndefined()
  })

  test('with a token and a version is refused', async () => {
    const { json } = await get('limit=2')
    const query = `continue=${json.metadata.continue}&resourceVersion=${versions[0]}`
    expect((await get(query)).json).toMatchObject({
      code: 400,
      message: 'specifying resource version is not allowed when using continue',
    })
  })

  test('with a token and version 0 goes on', async () => {
    const { json } = await get('limit=2')
    const again = await get(`continue=${json.metadata.continue}&resourceVersion=0`)
    expect(listed(again)).toEqual(['c', 'd', 'e'])
  })

  test('of version 0 is none: the list is whole', async () => {
    const answer = await get('limit=2&resourceVersion=0')
    expect(listed(answer)).toEqual(names)
    expect(answer.json.metadata.continue).toBeUndefined()
  })

  test.each([
    ['that is none', 'x'],
    ['of another form', Buffer.from('{"v":"meta.k8s.io/v2"}').toString('base64url')],
  ])('with a token %s is refused', async (_what, token) => {
    const { json } = await get(`continue=${token}`)
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
    expect(json.message).toMatch(/^invalid continue token: continue key is not valid: /)
  })

  test('with the token of another kind is refused', async () => {
    const { json } = await get('limit=2')
    const other = await get(
      `continue=${json.metadata.continue}`,
      `${core}/namespaces/default/secrets`,
    )
    expect(other.json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })

  test('whose version is gone is refused with a token that goes on inconsistently', async () => {
    const first = await get('limit=2')
    const version = await create('bz')
    await cluster.store.compact(Number(version) as Revision)
    const { json } = await next(first, 2)
    expect(json).toMatchObject({
      code: 410,
      reason: 'Expired',
      message:
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    })
    const rest = await get(`continue=${json.metadata.continue}`)
    expect(listed(rest)).toEqual(['bz', 'c', 'd', 'e'])
    await send('DELETE', `${at}/bz`)
  })

  test('of exactly a version that is gone is refused', async () => {
    const version = await create('z')
    await send('DELETE', `${at}/z`)
    const later = await create('y')
    await cluster.store.compact(Number(later) as Revision)
    const { json } = await get(`resourceVersion=${version}&resourceVersionMatch=Exact`)
    expect(json).toMatchObject({
      code: 410,
      reason: 'Expired',
      message: 'The resourceVersion for the provided list is too old.',
    })
    await send('DELETE', `${at}/y`)
  })
})

const next = ({ json }: HttpAnswer, limit: number, more = ''): Promise<HttpAnswer> =>
  get(`${limit ? `limit=${limit}&` : ''}continue=${json.metadata.continue}${more}`)

/** A request that the server holds back until something happens. */
async function asked(target: string): Promise<{ answer: Promise<HttpAnswer> }> {
  // One timer is of the request, the other of what it waits for.
  const timers = clock.pending + 2
  const answer = send('GET', target)
  await heldBack(clock, timers, answer)
  return { answer }
}

/** The refusal of a version that does not come, once the clock says that it was waited for. */
async function expectTooLarge(target: string, more: string): Promise<void> {
  const now = Number((await get('')).json.metadata.resourceVersion)
  const { answer } = await asked(`${target}?resourceVersion=${now + 1000}${more}`)
  await clock.advance(3000)
  const { status, json, headers } = await answer
  expect(status).toBe(504)
  expect(headers['retry-after']).toBe('1')
  expect(json).toMatchObject({
    reason: 'Timeout',
    message: `Too large resource version: ${now + 1000}, current: ${now}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  })
}
