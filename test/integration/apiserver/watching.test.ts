import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { FakeClock } from '#base/fake-clock.ts'
import { heldBack } from '../../support/held-back.ts'
import { http } from '../../support/http.ts'
import { type RawEvent, RawWatch } from '../../support/raw-watch.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const clock = new FakeClock(Date.now())
let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ controllers: false, clock })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const core = '/api/v1'
const minute = 60_000
const send = (method: string, target: string, body?: unknown, type = 'application/json') =>
  http(cluster.controlPlane, method, target, {
    headers: { 'content-type': type },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

let count = 0
/** A namespace of its own: where its ConfigMaps are, and how to make, change and delete one. */
async function place() {
  const name = `place-${++count}`
  await send('POST', `${core}/namespaces`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  })
  const at = `${core}/namespaces/${name}/configmaps`
  return {
    name,
    at,
    async create(of: string, labels: Record<string, string> = {}) {
      const metadata = { name: of, labels }
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata }
      return (await send('POST', at, body)).json
    },
    async label(of: string, labels: Record<string, string | null>) {
      const patch = { metadata: { labels } }
      return (await send('PATCH', `${at}/${of}`, patch, 'application/merge-patch+json')).json
    },
    async remove(of: string) {
      await send('DELETE', `${at}/${of}`)
      return (await send('GET', `${core}/configmaps?limit=1`)).json.metadata.resourceVersion
    },
    async version() {
      return (await send('GET', at)).json.metadata.resourceVersion as string
    },
  }
}
const open = (target: string, headers?: Record<string, string>) =>
  RawWatch.open(cluster.controlPlane, target, headers)
const texts = (events: readonly RawEvent[]) =>
  events.map(({ type, object }) => `${type} ${object.metadata?.name ?? ''}`.trim())

describe('a watch over HTTP', () => {
  test('is answered with one line of JSON an event', async () => {
    const { at, create } = await place()
    using watch = await open(`${at}?watch=1`)
    expect(watch.status).toBe(200)
    expect(watch.headers['content-type']).toBe('application/json')
    expect(watch.headers['transfer-encoding']).toBe('chunked')
    const made = await create('one')
    const event = await watch.next()
    expect(Object.keys(event ?? {})).toEqual(['type', 'object'])
    expect(event).toEqual({ type: 'ADDED', object: made })
  })

  test('without a resource version begins with what is there', async () => {
    const { at, create } = await place()
    await create('a')
    await create('b')
    using watch = await open(`${at}?watch=true`)
    expect(texts(await watch.take(2))).toEqual(['ADDED a', 'ADDED b'])
  })

  test('from resource version 0 begins with what is there', async () => {
    const { at, create } = await place()
    await create('a')
    using watch = await open(`${at}?watch=true&resourceVersion=0`)
    expect(texts(await watch.take(1))).toEqual(['ADDED a'])
  })

  test('from the resource version of any write goes on behind it', async () => {
    const { at, create, label, remove } = await place()
    const versions = [
      (await create('a')).metadata.resourceVersion,
      (await create('b')).metadata.resourceVersion,
      (await label('a', { x: '1' })).metadata.resourceVersion,
    ]
    await remove('b')
    const all = ['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']
    for (const [index, version] of versions.entries()) {
      using watch = await open(`${at}?watch=true&resourceVersion=${version}`)
      expect(texts(await watch.take(3 - index))).toEqual(all.slice(index + 1))
    }
  })

  test('from the resource version of a list of another kind goes on behind it', async () => {
    const { name, at, create } = await place()
    await create('before')
    const secrets = `${core}/namespaces/${name}/secrets`
    await send('POST', secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } })
    const { json } = await send('GET', secrets)
    await create('after')
    using watch = await open(`${at}?watch=true&resourceVersion=${json.metadata.resourceVersion}`)
    expect(texts(await watch.take(1))).toEqual(['ADDED after'])
  })

  test('sees each write once, in the order of resource versions', async () => {
    const { at, create, label, remove } = await place()
    using watch = await open(`${at}?watch=true`)
    await create('a')
    await Promise.all([create('b'), label('a', { x: '1' }), create('c')])
    await remove('a')
    const events = await watch.take(5)
    const versions = events.map(({ object }) => Number(object.metadata.resourceVersion))
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
  })

  test('that begins at a version still to come waits for it', async () => {
    const { at, create, version } = await place()
    const later = Number(await version()) + 1
    using watch = await open(`${at}?watch=true&resourceVersion=${later}`)
    await create('at')
    await create('behind')
    expect(texts(await watch.take(1))).toEqual(['ADDED behind'])
  })

  test.each(['watch', 'watch=1', 'watch=TRUE', 'watch=yes', 'watch=1&watch=0'])(
    'is what %s asks for',
    async query => {
      const { at, create } = await place()
      await create('a')
      using watch = await open(`${at}?${query}`)
      expect(texts(await watch.take(1))).toEqual(['ADDED a'])
    },
  )

  test.each(['watch=0', 'watch=False', 'watch=false&watch=true'])(
    'is not what %s asks for',
    async query => {
      const { at } = await place()
      expect((await send('GET', `${at}?${query}`)).json.kind).toBe('ConfigMapList')
    },
  )

  test('of a version that is none is refused', async () => {
    const { at } = await place()
    expect((await send('GET', `${at}?watch=true&resourceVersion=abc`)).status).toBe(400)
  })

  test('ends after timeoutSeconds', async () => {
    const { at } = await place()
    using watch = await open(`${at}?watch=true&timeoutSeconds=7`)
    await clock.advance(7000)
    expect(await watch.rest()).toEqual([])
  })

  test('without timeoutSeconds ends after half an hour to an hour', async () => {
    const { at, create } = await place()
    using watch = await open(`${at}?watch=true`)
    await clock.advance(29 * minute)
    await create('still')
    expect(texts(await watch.take(1))).toEqual(['ADDED still'])
    await clock.advance(31 * minute + 1000)
    expect(await watch.rest()).toEqual([])
  })

  test('of all namespaces sees each of them', async () => {
    const [one, other] = [await place(), await place()]
    using watch = await open(`${core}/configmaps?watch=true&resourceVersion=${await one.version()}`)
    await one.create('a')
    await other.create('b')
    const events = await watch.take(2)
    expect(events.map(({ object }) => object.metadata.namespace)).toEqual([one.name, other.name])
  })
})

describe('bookmarks', () => {
  test('come every minute to who asks for them, with nothing but a resource version', async () => {
    const { at, create } = await place()
    using watch = await open(`${at}?watch=true&allowWatchBookmarks=true`)
    const { metadata } = await create('a')
    await watch.next()
    await clock.advance(minute)
    expect(await watch.next()).toEqual({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { resourceVersion: metadata.resourceVersion },
      },
    })
  })

  test('tell of writes to other kinds too, so that a watch goes on from there', async () => {
    const { at, name, create } = await place()
    using watch = await open(`${at}?watch=true&allowWatchBookmarks=true`)
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } }
    const { json } = await send('POST', `${core}/namespaces/${name}/secrets`, secret)
    await clock.advance(minute)
    const [mark] = await watch.take(1)
    const version = mark?.object.metadata.resourceVersion
    expect(Number(version)).toBeGreaterThanOrEqual(Number(json.metadata.resourceVersion))
    await create('next')
    using again = await open(`${at}?watch=true&resourceVersion=${version}`)
    expect(texts(await again.take(1))).toEqual(['ADDED next'])
  })

  test('do not come to who does not ask', async () => {
    const { at, create } = await place()
    using watch = await open(`${at}?watch=true&allowWatchBookmarks=0`)
    using asking = await open(`${at}?watch=true&allowWatchBookmarks=true`)
    await clock.advance(minute)
    expect(texts(await asking.take(1))).toEqual(['BOOKMARK'])
    await create('a')
    expect(texts(await watch.take(1))).toEqual(['ADDED a'])
  })

  test('come before the server ends a watch', async () => {
    const { at, version } = await place()
    using watch = await open(`${at}?watch=true&allowWatchBookmarks=true&timeoutSeconds=5`)
    const now = await version()
    await clock.advance(5000)
    const events = await watch.rest()
    expect(texts(events)).toEqual(['BOOKMARK'])
    expect(events[0]?.object.metadata.resourceVersion).toBe(now)
  })
})

describe('initial events', () => {
  const wanted = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan'

  test('come first and end with a bookmark that says so', async () => {
    const { at, create } = await place()
    await create('a')
    const { metadata } = await create('b')
    using watch = await open(`${at}?${wanted}&allowWatchBookmarks=true`)
    const events = await watch.take(3)
    expect(texts(events)).toEqual(['ADDED a', 'ADDED b', 'BOOKMARK'])
    expect(events[2]?.object.metadata).toEqual({
      resourceVersion: metadata.resourceVersion,
      annotations: { 'k8s.io/initial-events-end': 'true' },
    })
    await create('c')
    expect(texts(await watch.take(1))).toEqual(['ADDED c'])
  })

  test('of nothing are just the bookmark', async () => {
    const { at } = await place()
    using watch = await open(`${at}?${wanted}&allowWatchBookmarks=true`)
    const [mark] = await watch.take(1)
    expect(mark?.type).toBe('BOOKMARK')
    expect(mark?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
  })

  test('keep to selectors', async () => {
    const { at, create } = await place()
    await create('in', { x: '1' })
    await create('out')
    using watch = await open(`${at}?${wanted}&allowWatchBookmarks=true&labelSelector=x`)
    expect(texts(await watch.take(2))).toEqual(['ADDED in', 'BOOKMARK'])
  })

  test('are not older than the resource version', async () => {
    const { at, create } = await place()
    const { metadata } = await create('a')
    using watch = await open(
      `${at}?${wanted}&allowWatchBookmarks=true&resourceVersion=${metadata.resourceVersion}`,
    )
    expect(texts(await watch.take(2))).toEqual(['ADDED a', 'BOOKMARK'])
  })

  test('of a version still to come are refused after three seconds', async () => {
    const { at, version } = await place()
    const later = Number(await version()) + 1000
    const timers = clock.pending + 1
    const refused = send('GET', `${at}?${wanted}&resourceVersion=${later}`)
    await heldBack(clock, timers, refused)
    await clock.advance(3000)
    expect((await refused).json).toMatchObject({ code: 504, reason: 'Timeout' })
  })

  test('are left out when they are not wanted', async () => {
    const { at, create } = await place()
    await create('a')
    using watch = await open(
      `${at}?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`,
    )
    await create('b')
    expect(texts(await watch.take(1))).toEqual(['ADDED b'])
  })

  test.each([
    [
      'without a match',
      'watch=true&sendInitialEvents=true',
      'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ],
    [
      'with a match but no sendInitialEvents',
      'watch=true&resourceVersionMatch=NotOlderThan',
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    ],
    [
      'of a list',
      'sendInitialEvents=true',
      'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
    ],
  ])('are refused %s', async (_what, query, problem) => {
    const { at } = await place()
    const { json } = await send('GET', `${at}?${query}`)
    expect(json).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: `ListOptions.meta.k8s.io "" is invalid: ${problem}`,
    })
  })
})

describe('a selective watch', () => {
  test('sees objects enter and leave by their labels', async () => {
    const { at, create, label, remove } = await place()
    using watch = await open(`${at}?watch=true&labelSelector=x`)
    await create('a')
    const entered = await label('a', { x: '1' })
    const changed = await label('a', { x: '2' })
    const left = await label('a', { x: null })
    await create('b', { x: '1' })
    const gone = await remove('b')
    const [added, modified, deleted, other, removed] = await watch.take(5)
    expect(added).toEqual({ type: 'ADDED', object: entered })
    expect(modified).toEqual({ type: 'MODIFIED', object: changed })
    expect(deleted?.type).toBe('DELETED')
    // Its state is the last one that was in view, its version the one of the change.
    expect(deleted?.object.metadata).toMatchObject({
      labels: { x: '2' },
      resourceVersion: left.metadata.resourceVersion,
    })
    expect(texts(other ? [other] : [])).toEqual(['ADDED b'])
    expect(removed?.type).toBe('DELETED')
    expect(removed?.object.metadata.resourceVersion).toBe(gone)
  })

  test('sees objects enter and leave by their fields', async () => {
    const { name, create } = await place()
    await create('a')
    const pods = `${core}/namespaces/${name}/pods`
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }
    await send('POST', `${core}/namespaces/${name}/serviceaccounts`, account)
    using watch = await open(`${pods}?watch=true&fieldSelector=status.phase%3DRunning`)
    const spec = { containers: [{ name: 'c', image: 'i' }] }
    await send('POST', pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec })
    for (const phase of ['Running', 'Succeeded'])
      await send('PATCH', `${pods}/p/status`, { status: { phase } }, 'application/merge-patch+json')
    expect(texts(await watch.take(2))).toEqual(['ADDED p', 'DELETED p'])
  })

  test('of one name sees that object alone', async () => {
    const { at, create } = await place()
    using watch = await open(`${at}?watch=true&fieldSelector=metadata.name%3Db`)
    await create('a')
    await create('b')
    expect(texts(await watch.take(1))).toEqual(['ADDED b'])
  })

  test.each([
    ['labelSelector', 'a b'],
    ['fieldSelector', 'spec.foo=bar'],
  ])('with a %s that is none is refused', async (parameter, text) => {
    const { at } = await place()
    const { json } = await send('GET', `${at}?watch=true&${parameter}=${encodeURIComponent(text)}`)
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })
})

describe('the deprecated paths', () => {
  test('watch a kind in all namespaces', async () => {
    const { create, version } = await place()
    using watch = await open(`${core}/watch/configmaps?resourceVersion=${await version()}`)
    await create('a')
    expect(texts(await watch.take(1))).toEqual(['ADDED a'])
  })

  test('watch a kind in one namespace', async () => {
    const { name, create } = await place()
    const other = await place()
    using watch = await open(`${core}/watch/namespaces/${name}/configmaps`)
    await other.create('not-here')
    await create('a')
    expect(texts(await watch.take(1))).toEqual(['ADDED a'])
  })

  test('watch one object', async () => {
    const { name, create } = await place()
    using watch = await open(`${core}/watch/namespaces/${name}/configmaps/b`)
    await create('a')
    await create('b')
    expect(texts(await watch.take(1))).toEqual(['ADDED b'])
  })

  test('watch one object of the whole cluster', async () => {
    const wanted = `place-${count + 2}`
    using watch = await open(`${core}/watch/namespaces/${wanted}`)
    await place()
    await place()
    expect(texts(await watch.take(1))).toEqual([`ADDED ${wanted}`])
  })
})

describe('a watch over WebSocket', () => {
  async function socket(target: string): Promise<WebSocket> {
    const { ca, clients } = cluster.controlPlane.certificates
    const { key, certificate: cert } = clients['admin'] ?? {}
    const url = `${cluster.controlPlane.url}${target}`.replace('https', 'wss')
    const opened = new WebSocket(url, {
      ca: ca.certificate,
      ...(key && cert ? { key, cert } : {}),
      origin: 'https://example.com',
    })
    await once(opened, 'open')
    return opened
  }

  test('sends each event as a message of text', async () => {
    const { at, create } = await place()
    await create('a')
    const opened = await socket(`${at}?watch=true`)
    const [data, isBinary] = (await once(opened, 'message')) as [Buffer, boolean]
    expect(isBinary).toBe(false)
    const event = JSON.parse(data.toString()) as RawEvent
    expect(texts([event])).toEqual(['ADDED a'])
    opened.close()
    await once(opened, 'close')
  })

  test('ends with the watch', async () => {
    const { at } = await place()
    const opened = await socket(`${at}?watch=true&timeoutSeconds=5`)
    const closed = once(opened, 'close')
    await clock.advance(5000)
    const [code] = (await closed) as [number]
    expect(code).toBe(1000)
  })

  test('is refused as every watch', async () => {
    const { at } = await place()
    await expect(socket(`${at}?watch=true&fieldSelector=x%3Dy`)).rejects.toThrow(
      'Unexpected server response: 400',
    )
  })
})
