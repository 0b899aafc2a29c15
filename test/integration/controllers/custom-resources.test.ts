import { readFile } from 'node:fs/promises'
import { CustomObjectsApi, KubeConfig, makeInformer } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { Client } from '#client/rest.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { eventually } from '../../support/eventually.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const group = 'stable.example.com'

let cluster: TestCluster
let client: Client

beforeAll(async () => {
  cluster = await startCluster()
  client = new Client(cluster.admin)
  const text = await readFile('test/fixtures/charts/schedules/crds/crontabs.yaml', 'utf8')
  await client.raw({
    method: 'POST',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    body: parse(text),
  })
  await eventually(async () => {
    await client.raw({ method: 'GET', path: `/apis/${group}/v1/crontabs` })
  })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const pathOf = (namespace: string) => `/apis/${group}/v1/namespaces/${namespace}/crontabs`
const create = (namespace: string, name: string, metadata: object = {}) =>
  client.raw<KubernetesObject>({
    method: 'POST',
    path: pathOf(namespace),
    body: {
      apiVersion: `${group}/v1`,
      kind: 'CronTab',
      metadata: { name, ...metadata },
      spec: { cronSpec: '* * * * *' },
    },
  })
const namesIn = async (path: string) =>
  (await client.raw<{ items: KubernetesObject[] }>({ method: 'GET', path })).items.map(
    ({ metadata }) => metadata.name,
  )

test('the garbage collector deletes custom resources with their owners, and what they own', async () => {
  const owner = await create('default', 'owner')
  const reference = (of: KubernetesObject) => ({
    ownerReferences: [
      {
        apiVersion: `${group}/v1`,
        kind: 'CronTab',
        name: of.metadata.name ?? '',
        uid: of.metadata.uid ?? '',
      },
    ],
  })
  const child = await create('default', 'child', reference(owner))
  await client.raw({
    method: 'POST',
    path: '/api/v1/namespaces/default/configmaps',
    body: { metadata: { name: 'grandchild', ...reference(child) } },
  })
  await client.raw({ method: 'DELETE', path: `${pathOf('default')}/owner` })
  await eventually(async () => {
    expect(await namesIn(pathOf('default'))).toEqual([])
    expect(await namesIn('/api/v1/namespaces/default/configmaps')).not.toContain('grandchild')
  })
})

test('a namespace takes its custom resources along', async () => {
  const namespaces = '/api/v1/namespaces'
  await client.raw({ method: 'POST', path: namespaces, body: { metadata: { name: 'short' } } })
  await create('short', 'one')
  await client.raw({ method: 'DELETE', path: `${namespaces}/short` })
  await eventually(async () => {
    expect(await namesIn(namespaces)).not.toContain('short')
    expect(await namesIn(`/apis/${group}/v1/crontabs`)).toEqual([])
  })
})

test('an informer of the JavaScript client follows custom resources, and goes on when their definition changes', async () => {
  const config = new KubeConfig()
  config.loadFromFile(cluster.kubeconfig)
  const api = config.makeApiClient(CustomObjectsApi)
  const where = { group, version: 'v1', namespace: 'default', plural: 'crontabs' }
  const informer = makeInformer(config, pathOf('default'), () =>
    api.listNamespacedCustomObject(where),
  )
  const seen: string[] = []
  for (const event of ['add', 'update', 'delete'] as const)
    informer.on(event, object => {
      seen.push(`${event} ${object.metadata?.name}`)
    })
  informer.on('error', () => void informer.start())
  await informer.start()
  try {
    await create('default', 'first')
    await eventually(() => expect(seen).toEqual(['add first']))
    const crd = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.${group}`
    await client.raw({
      method: 'PATCH',
      path: crd,
      contentType: 'application/merge-patch+json',
      body: { spec: { names: { shortNames: ['ct', 'cron'] } } },
    })
    await create('default', 'second')
    await eventually(() => expect(seen).toContain('add second'))
    await client.raw({ method: 'DELETE', path: `${pathOf('default')}/first` })
    await eventually(() => expect(seen).toContain('delete first'))
    expect(seen.filter(text => text === 'add first')).toHaveLength(1)
  } finally {
    await informer.stop()
  }
})

test('who may see custom resources is a matter of roles, as with any kind', async () => {
  const reader = new Client(
    cluster.controlPlane.transport({ name: 'reader', groups: ['system:authenticated'] }),
  )
  const read = () => reader.raw({ method: 'GET', path: pathOf('default') })
  await expect(read()).rejects.toThrow(
    'crontabs.stable.example.com is forbidden: User "reader" cannot list resource "crontabs" in API group "stable.example.com" in the namespace "default"',
  )
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default'
  const rules = [{ apiGroups: [group], resources: ['crontabs'], verbs: ['list'] }]
  await client.raw({
    method: 'POST',
    path: `${rbac}/roles`,
    body: { metadata: { name: 'reader' }, rules },
  })
  await client.raw({
    method: 'POST',
    path: `${rbac}/rolebindings`,
    body: {
      metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }],
    },
  })
  await read()
})
