import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployments } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { http } from '../../support/http.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
let client: Client
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  client = new Client(cluster.admin, { userAgent: 'inside' })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const path = '/apis/apps/v1/namespaces/default/deployments'

async function create(name: string) {
  const labels = { app: name }
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'main', image: 'web' }] },
  }
  return client.create(deployments, {
    metadata: { name, namespace: 'default', finalizers: ['example.com/kept'] },
    spec: { selector: { matchLabels: labels }, template },
  })
}

/** Who owns something of it, as clients see it over HTTP in each of the forms they ask for. */
async function managers(name: string): Promise<string[][]> {
  const forms = [
    'application/json',
    'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
    'application/json;as=Table;g=meta.k8s.io;v=v1',
  ]
  return Promise.all(
    forms.map(async accept => {
      const { json } = await http(cluster.controlPlane, 'GET', `${path}/${name}`, {
        headers: { accept },
      })
      const shown = json as { metadata: object; rows?: { object: { metadata: object } }[] }
      const { metadata } = shown.rows?.[0]?.object ?? shown
      const { managedFields = [] } = metadata as {
        managedFields?: { manager: string; subresource?: string }[]
      }
      return managedFields.map(({ manager, subresource = '' }) => `${manager} ${subresource}`)
    }),
  )
}
const everywhere = (...names: string[]) => [names, names, names]

test('objects that are read inside the process leave out managedFields, and writing them back keeps these', async () => {
  const created = await create('written-back')
  expect(created.metadata.managedFields).toBeUndefined()
  const read = await client.get(deployments, created.metadata)
  expect(read.metadata.managedFields).toBeUndefined()
  expect(await managers('written-back')).toEqual(everywhere('inside '))
  const other = new Client(cluster.admin, { userAgent: 'other' })
  await other.updateStatus(deployments, { ...read, status: { replicas: 3, updatedReplicas: 2 } })
  const again = await client.get(deployments, created.metadata)
  await client.update(deployments, { ...again, spec: { ...again.spec, replicas: 2 } })
  expect(await managers('written-back')).toEqual(everywhere('inside ', 'other status'))
})

test('a deleted object that waits for finalizers keeps its managedFields', async () => {
  const { metadata } = await create('deleted')
  await client.delete(deployments, metadata)
  const { metadata: marked } = await client.get(deployments, metadata)
  expect(marked.deletionTimestamp).toBeDefined()
  expect(await managers('deleted')).toEqual(everywhere('inside '))
})
