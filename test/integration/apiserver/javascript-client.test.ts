import { ApiException, CoreV1Api, KubeConfig, setHeaderOptions } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WatchStream } from '../../conformance/support/watch-stream.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

/** What the official JavaScript client sees of answers, lists and watches. */

const namespace = 'default'
const path = `/api/v1/namespaces/${namespace}/configmaps`
const config = new KubeConfig()
let cluster: TestCluster
let core: CoreV1Api

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  config.loadFromFile(cluster.kubeconfig)
  core = config.makeApiClient(CoreV1Api)
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const create = (name: string, data: Record<string, string> = { k: 'v' }) =>
  core.createNamespacedConfigMap({
    namespace,
    body: { metadata: { name, labels: { of: name } }, data },
  })

describe('an answer', () => {
  test('comes as JSON, which it prefers to anything else', async () => {
    await create('plain')
    const { data } = await core.readNamespacedConfigMap({ namespace, name: 'plain' })
    expect(data).toEqual({ k: 'v' })
  })

  test('may be metadata alone', async () => {
    await create('described')
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
    const list = await core.listNamespacedConfigMap(
      { namespace, labelSelector: 'of=described' },
      setHeaderOptions('Accept', accept),
    )
    expect(list.kind).toBe('PartialObjectMetadataList')
    expect(list.items.map(({ metadata }) => metadata?.name)).toEqual(['described'])
    expect(list.items[0]?.data).toBeUndefined()
  })

  test('tells its user agent as the field manager', async () => {
    const { metadata } = await core.createNamespacedConfigMap(
      { namespace, body: { metadata: { name: 'managed' }, data: { k: 'v' } } },
      setHeaderOptions('User-Agent', 'keeper/1.0 (linux/amd64)'),
    )
    expect(metadata?.managedFields?.map(({ manager }) => manager)).toEqual(['keeper'])
  })

  test('of what is not there is an exception with its Status', async () => {
    const failure = core.readNamespacedConfigMap({ namespace, name: 'none' })
    await expect(failure).rejects.toBeInstanceOf(ApiException)
    await expect(failure).rejects.toMatchObject({
      code: 404,
      body: expect.stringContaining('configmaps \\"none\\" not found'),
    })
  })
})

describe('a list', () => {
  test('of exactly a version shows the state it was', async () => {
    const { metadata } = await create('early')
    await create('late')
    const { items } = await core.listNamespacedConfigMap({
      namespace,
      labelSelector: 'of in (early, late)',
      resourceVersion: metadata?.resourceVersion ?? '',
      resourceVersionMatch: 'Exact',
    })
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['early'])
  })

  test('is narrowed by sets of labels', async () => {
    for (const name of ['set-a', 'set-b', 'set-c']) await create(name)
    const named = async (labelSelector: string) => {
      const { items } = await core.listNamespacedConfigMap({ namespace, labelSelector })
      return items.map(({ metadata }) => metadata?.name)
    }
    expect(await named('of in (set-a, set-c)')).toEqual(['set-a', 'set-c'])
    expect(await named('of notin (set-a),of in (set-a,set-b)')).toEqual(['set-b'])
  })
})

describe('a watch', () => {
  const from = async (query: Record<string, string | number | boolean>) =>
    WatchStream.open(config, path, { allowWatchBookmarks: true, ...query })

  test('may begin with initial events, whose end is marked', async () => {
    await create('initial')
    await using watch = await from({
      fieldSelector: 'metadata.name=initial',
      sendInitialEvents: true,
      resourceVersionMatch: 'NotOlderThan',
    })
    expect(await watch.next()).toMatchObject({ type: 'ADDED' })
    expect(await watch.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    })
  })

  test('ends with a bookmark, from where it goes on', async () => {
    await using watch = await from({ fieldSelector: 'metadata.name=later', timeoutSeconds: 1 })
    const { type, object } = await watch.next()
    expect(type).toBe('BOOKMARK')
    await create('later')
    await using again = await from({ resourceVersion: object.metadata.resourceVersion })
    expect(await again.next()).toMatchObject({
      type: 'ADDED',
      object: { metadata: { name: 'later' } },
    })
  })
})
