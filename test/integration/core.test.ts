import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Core, createCore } from '../../src-main/app/core.ts'
import { systemClock } from '../../src-main/base/clock.ts'
import type { OutputOf, StreamName } from '../../src-main/contract/contract.ts'
import type { ObjectName } from '../../src-main/contract/objects.ts'
import type { ResourceInfo, TableRow, TableUpdate } from '../../src-main/contract/tables.ts'
import { startCluster, type TestCluster } from '../support/start-cluster.ts'

const cluster = 'context:slipway'
const configMaps = { group: '', version: 'v1', resource: 'configmaps' }
const secrets = { group: '', version: 'v1', resource: 'secrets' }
const pods = { group: '', version: 'v1', resource: 'pods' }
const { signal } = new AbortController()

let running: TestCluster
let core: Core
beforeAll(async () => {
  running = await startCluster()
  core = await createCore({
    info: { version: '0.0.0', host: 'web', platform: 'test', notices: [] },
    clock: systemClock,
    local: {
      list: () => [],
      onChange: () => ({ [Symbol.dispose]() {} }),
      create: () => Promise.reject(new Error('none here')),
      start: () => Promise.reject(new Error('none here')),
      stop: () => Promise.reject(new Error('none here')),
      remove: () => Promise.reject(new Error('none here')),
    },
    kubeconfigFiles: [running.kubeconfig, `${running.kubeconfig}-2`],
    dataDir: running.directory,
    env: {},
  })
})
afterAll(async () => {
  await core[Symbol.asyncDispose]()
  await running[Symbol.asyncDispose]()
})

const create = (yaml: string, dryRun = false) =>
  core.handlers['objects.create']({ cluster, yaml, namespace: 'default', dryRun }, signal)

/** Reads a stream until `done` is true of everything so far. */
async function readUntil<N extends StreamName>(
  items: AsyncIterable<OutputOf<N>>,
  done: (all: OutputOf<N>[]) => boolean,
): Promise<OutputOf<N>[]> {
  const all: OutputOf<N>[] = []
  for await (const item of items) {
    all.push(item)
    if (done(all)) return all
  }
  return all
}

const table = (resource: typeof pods, namespaces: string[], abort: AbortSignal) =>
  core.handlers['tables.watch']({ cluster, resource, namespaces }, abort)

/** The rows that a table's updates add up to. */
function rowsOf(updates: TableUpdate[]): TableRow[] {
  const rows = new Map<string, TableRow>()
  for (const update of updates) {
    if (update.type === 'reset') {
      rows.clear()
      for (const row of update.rows) rows.set(row.uid, row)
    } else if (update.type === 'change') {
      for (const uid of update.deletes) rows.delete(uid)
      for (const row of update.upserts) rows.set(row.uid, row)
    }
  }
  return [...rows.values()]
}

test('a context is contacted only when it is opened', async () => {
  const [before] = await readUntil<'clusters.watch'>(
    core.handlers['clusters.watch']({}, signal),
    () => true,
  )
  expect(before).toMatchObject([
    { id: cluster, connection: 'not-opened', signsInWith: 'client certificate' },
  ])
  const opened = await core.handlers['clusters.open']({ cluster }, signal)
  expect(opened).toMatchObject({
    connection: 'connected',
    version: expect.stringMatching(/^v1\.35\./),
  })
  const served = core.handlers['resources.watch']({ cluster }, signal)[Symbol.asyncIterator]()
  const kinds = ((await served.next()).value ?? []) as ResourceInfo[]
  expect(kinds.find(kind => kind.resource === 'deployments')).toMatchObject({
    group: 'apps',
    kind: 'Deployment',
    namespaced: true,
  })
})

test('a table shows what is there and what changes, and one watch serves two views', async () => {
  await create('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: first }\ndata: { a: "1" }\n')
  const abort = new AbortController()
  const [one, two] = await Promise.all(
    [0, 1].map(async () => {
      const found = readUntil<'tables.watch'>(table(configMaps, ['default'], abort.signal), all =>
        rowsOf(all).some(row => row.name === 'second'),
      )
      await create('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: second }\n')
      return rowsOf(await found)
    }),
  )
  expect(one?.map(row => row.name).sort()).toEqual(expect.arrayContaining(['first', 'second']))
  expect(two).toEqual(one)
  expect(one?.find(row => row.name === 'first')?.cells).toEqual(['first', 1, expect.any(String)])
  abort.abort()
})

test('a pod row carries state and squares, never the object', async () => {
  await create(
    'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: c, image: nginx }] }\n',
  )
  const updates = await readUntil<'tables.watch'>(
    table(pods, [], signal),
    all => rowsOf(all).length > 0,
  )
  const [row] = rowsOf(updates)
  expect(row).toMatchObject({
    name: 'web',
    namespace: 'default',
    status: { word: 'Pending', tone: 'warn' },
    containers: [{ name: 'c', state: 'not-placed' }],
  })
  expect(JSON.stringify(row)).not.toContain('nginx')
})

test("creating says line, column and the server's own words for what is wrong", async () => {
  const [broken] = await create('apiVersion: v1\nkind: [\n')
  expect(broken).toMatchObject({
    outcome: 'failed',
    error: { code: 0, line: expect.any(Number), column: expect.any(Number) },
  })
  const [unknown] = await create(
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndatum: {}\n',
  )
  expect(unknown).toMatchObject({
    outcome: 'failed',
    error: { message: expect.stringMatching(/datum/) },
  })
  const [absent] = await create('apiVersion: nope/v1\nkind: Nope\nmetadata: { name: x }\n')
  expect(absent?.error?.message).toBe('no matches for kind "Nope" in version "nope/v1"')
  const [dry] = await create('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: dry }\n', true)
  expect(dry).toMatchObject({ outcome: 'created', yaml: expect.stringContaining('name: dry') })
  const object = { cluster, resource: configMaps, namespace: 'default', name: 'dry' }
  await expect(core.handlers['objects.yaml']({ object, reveal: false }, signal)).rejects.toThrow(
    '"dry" not found',
  )
})

test('an edit is checked by a dry run, written once, and refused when the object changed meanwhile', async () => {
  await create('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: edited }\ndata: { a: "1" }\n')
  const object: ObjectName = { cluster, resource: configMaps, namespace: 'default', name: 'edited' }
  const { yaml } = await core.handlers['objects.yaml']({ object, reveal: false }, signal)
  const replace = (text: string, dryRun: boolean, force = false) =>
    core.handlers['objects.replace']({ object, yaml: text, dryRun, force }, signal)
  const changed = yaml.replace('a: "1"', 'a: "2"')
  expect(changed).not.toBe(yaml)
  expect(await replace(changed, true)).toMatchObject({
    outcome: 'configured',
    yaml: expect.stringContaining('a: "2"'),
  })
  expect((await core.handlers['objects.yaml']({ object, reveal: false }, signal)).yaml).toBe(yaml)
  expect(await replace(changed, false)).toMatchObject({ outcome: 'configured' })
  expect(await replace(yaml, false)).toMatchObject({
    outcome: 'failed',
    error: { code: 409, reason: 'Conflict' },
  })
  expect(await replace(yaml, false, true)).toMatchObject({ outcome: 'configured' })
})

test('a Secret crosses only when it is revealed, and an edit keeps what was hidden', async () => {
  await create(
    'apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { password: hunter2 }\n',
  )
  const object: ObjectName = { cluster, resource: secrets, namespace: 'default', name: 'db' }
  const [watched] = await readUntil<'objects.watch'>(
    core.handlers['objects.watch'](object, signal),
    () => true,
  )
  const { yaml } = await core.handlers['objects.yaml']({ object, reveal: false }, signal)
  expect(JSON.stringify(watched) + yaml).not.toMatch(/hunter2|aHVudGVyMg/)
  expect(await core.handlers['objects.revealSecret'](object, signal)).toEqual({
    password: { value: 'hunter2', binary: false },
  })
  const edited = yaml.replace('metadata:', 'metadata:\n  labels: { edited: "yes" }')
  expect(
    await core.handlers['objects.replace'](
      { object, yaml: edited, dryRun: false, force: false },
      signal,
    ),
  ).toMatchObject({
    outcome: 'configured',
  })
  expect(await core.handlers['objects.revealSecret'](object, signal)).toEqual({
    password: { value: 'hunter2', binary: false },
  })
})

test('deleting answers for each object by itself', async () => {
  const named = (name: string): ObjectName => ({
    cluster,
    resource: configMaps,
    namespace: 'default',
    name,
  })
  const results = await core.handlers['objects.delete'](
    { objects: [named('first'), named('absent')], propagation: 'Background' },
    signal,
  )
  expect(results.map(result => [result.name, result.outcome, result.error?.code])).toEqual([
    ['first', 'deleted', undefined],
    ['absent', 'failed', 404],
  ])
})

test('a kubeconfig that changes changes the list, and a server that is not there is an error in words', async () => {
  const stream = core.handlers['clusters.watch']({}, signal)
  const seen = readUntil<'clusters.watch'>(
    stream,
    all => all.at(-1)?.some(({ name }) => name === 'gone') ?? false,
  )
  const { contexts, clusters, users } = {
    contexts: [{ name: 'gone', context: { cluster: 'gone', user: '' } }],
    clusters: [{ name: 'gone', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [],
  }
  await writeFile(`${running.kubeconfig}-2`, JSON.stringify({ contexts, clusters, users }))
  await seen
  await expect(core.handlers['clusters.open']({ cluster: 'context:gone' }, signal)).rejects.toThrow(
    /127\.0\.0\.1:1.*ECONNREFUSED/,
  )
})

test('a workload says what is wrong with its pods as soon as it is', async () => {
  await create(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 0
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: main, image: nowhere/shop }] }
---
apiVersion: v1
kind: Pod
metadata: { name: shop-1, labels: { app: shop } }
spec: { nodeName: here, containers: [{ name: main, image: nowhere/shop }] }
`)
  const resource = { group: 'apps', version: 'v1', resource: 'deployments' }
  const object: ObjectName = { cluster, resource, namespace: 'default', name: 'shop' }
  const status = {
    containerStatuses: [
      {
        name: 'main',
        image: 'nowhere/shop',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason: 'ImagePullBackOff' } },
      },
    ],
  }
  const shown = await readUntil<'objects.watch'>(
    core.handlers['objects.watch'](object, signal),
    all => {
      if (all.length === 1)
        void running.admin.request({
          method: 'PATCH',
          path: '/api/v1/namespaces/default/pods/shop-1/status',
          body: { status },
          contentType: 'application/merge-patch+json',
        })
      return all.at(-1)?.why !== null
    },
  )
  expect(shown[0]?.why).toBeNull()
  expect(shown.at(-1)?.why?.sentence).toBe('The image nowhere/shop cannot be had.')
  expect(shown.at(-1)?.why?.chain[0]).toMatchObject({ kind: 'Pod', name: 'shop-1' })
})

test('a drain waits for pods whose namespace goes, which nobody may evict', async () => {
  await create(`
apiVersion: v1
kind: Node
metadata: { name: drained }
---
apiVersion: v1
kind: Namespace
metadata: { name: going }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: default, namespace: going }
---
apiVersion: v1
kind: Pod
metadata: { name: last, namespace: going, finalizers: [example.com/held] }
spec: { nodeName: drained, containers: [{ name: main, image: x }] }
`)
  const remove = (path: string, gracePeriodSeconds?: number) =>
    running.admin.request({ method: 'DELETE', path, body: { gracePeriodSeconds } })
  await remove('/api/v1/namespaces/going')
  const request = { cluster, name: 'drained', unmanaged: true, localData: false }
  const states = new Set<string>()
  for await (const { pods } of core.handlers['nodes.drain'](request, signal)) {
    const [pod] = pods
    if (pod) states.add(`${pod.state} ${pod.message ?? ''}`.trim())
    if (pod?.state !== 'leaving') continue
    await running.admin.request({
      method: 'PATCH',
      path: '/api/v1/namespaces/going/pods/last',
      body: { metadata: { finalizers: null } },
      contentType: 'application/merge-patch+json',
    })
    await remove('/api/v1/namespaces/going/pods/last', 0)
  }
  expect([...states]).toEqual(['waiting', 'leaving', 'gone'])
})
