import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiRequest } from '#client/transport.ts'
import type { KubernetesObject, WatchEvent } from '#kubernetes/objects.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const path = '/api/v1/namespaces/default/configmaps'
const request = async (
  method: ApiRequest['method'],
  at: string,
  body?: object,
  contentType?: string,
) =>
  (
    await cluster.admin.request({
      method,
      path: at,
      ...(body ? { body } : {}),
      ...(contentType ? { contentType } : {}),
    })
  ).json<KubernetesObject>()
const create = (name: string, labels = {}) =>
  request('POST', path, { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, labels } })
const label = (name: string, labels: object) =>
  request('PATCH', `${path}/${name}`, { metadata: { labels } }, 'application/merge-patch+json')

/** Reads a watch until `count` events came. */
async function watch(
  query: Record<string, string>,
  count: number,
  during?: () => Promise<unknown>,
) {
  const stop = new AbortController()
  const response = await cluster.admin.request({
    method: 'GET',
    path,
    query: { watch: 'true', ...query },
    signal: stop.signal,
  })
  const seen: WatchEvent[] = []
  const reading = (async () => {
    for await (const event of response.events()) if (seen.push(event) === count) break
  })()
  await during?.()
  await reading
  stop.abort()
  return seen
}
const texts = (events: WatchEvent[]) =>
  events.map(event => `${event.type} ${(event.object as KubernetesObject).metadata.name ?? ''}`)

describe('a watch', () => {
  test('begins with what is there, then follows', async () => {
    await create('one')
    const events = await watch({ labelSelector: '!x' }, 3, async () => {
      await create('two')
      await request('DELETE', `${path}/one`)
    })
    expect(texts(events)).toEqual(['ADDED one', 'ADDED two', 'DELETED one'])
    const versions = events.map(event =>
      Number((event.object as KubernetesObject).metadata.resourceVersion),
    )
    expect(versions).toEqual(versions.toSorted((a, b) => a - b))
    await request('DELETE', `${path}/two`)
  })

  test('from a resource version sees all that came after it', async () => {
    const from = await create('from')
    await label('from', { a: '1' })
    await request('DELETE', `${path}/from`)
    const resourceVersion = from.metadata.resourceVersion ?? ''
    expect(texts(await watch({ resourceVersion }, 2))).toEqual(['MODIFIED from', 'DELETED from'])
  })

  test('with a selector sees objects enter and leave its view', async () => {
    const events = await watch({ labelSelector: 'app=web' }, 3, async () => {
      await create('moving')
      await label('moving', { app: 'web' })
      await label('moving', { app: 'web', tier: 'x' })
      await label('moving', { app: null })
    })
    expect(texts(events)).toEqual(['ADDED moving', 'MODIFIED moving', 'DELETED moving'])
    const left = events[2]?.object as KubernetesObject
    expect(left.metadata.labels).toEqual({ app: 'web', tier: 'x' })
    const now = await request('GET', `${path}/moving`)
    expect(left.metadata.resourceVersion).toBe(now.metadata.resourceVersion)
  })

  test('with initial events marks their end', async () => {
    await create('initial')
    const events = await watch(
      {
        sendInitialEvents: 'true',
        resourceVersionMatch: 'NotOlderThan',
        allowWatchBookmarks: 'true',
        fieldSelector: 'metadata.name=initial',
      },
      2,
    )
    expect(events[0]).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'initial' } } })
    expect(events[1]).toMatchObject({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
      },
    })
  })

  test('with initial events and without resourceVersionMatch is refused', async () => {
    await expect(watch({ sendInitialEvents: 'true' }, 1)).rejects.toMatchObject({
      status: {
        code: 422,
        message:
          'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      },
    })
  })

  test('from a version that is no longer known is refused by an event that ends it', async () => {
    await using fresh = await startCluster({ controllers: false, store: cluster.store })
    const query = { watch: 'true', resourceVersion: '1' }
    const old = await fresh.admin.request({ method: 'GET', path, query })
    expect(old.status).toBe(200)
    const events = await Array.fromAsync(old.events())
    expect(events).toEqual([
      {
        type: 'ERROR',
        object: expect.objectContaining({
          kind: 'Status',
          code: 410,
          reason: 'Expired',
          message: expect.stringMatching(/^too old resource version: 1 \((?!1\))\d+\)$/),
        }),
      },
    ])
  })

  test('ends after timeoutSeconds, with a bookmark', async () => {
    const events = await watch(
      { timeoutSeconds: '1', allowWatchBookmarks: 'true', fieldSelector: 'metadata.name=none' },
      9,
    )
    expect(events.map(({ type }) => type)).toEqual(['BOOKMARK'])
  })

  test('hands out objects that nobody can change', async () => {
    const object = await create('frozen')
    expect(Object.isFrozen(object)).toBe(true)
    expect(Object.isFrozen(object.metadata)).toBe(true)
  })
})
