import { afterAll, beforeAll, expect, test } from 'vitest'
import { configMaps } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { ApiClient } from '../../bench/api-client.ts'
import { http } from '../../support/http.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const path = '/api/v1/namespaces/default/configmaps'
const count = 200
/** Different for every object, of odd length, with characters of several bytes. */
const contentOf = (index: number) => `${index}é`.repeat(3000 + index)

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  const client = new Client(cluster.admin)
  for (let index = 0; index < count; index++) {
    const name = `large-${String(index).padStart(3, '0')}`
    const metadata = { name, namespace: 'default' }
    await client.create(configMaps, { metadata, data: { value: contentOf(index) } })
  }
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

/** The objects of a list that are not as they were made. */
const wrong = (body: string) =>
  (JSON.parse(body) as { items: { data: { value: string } }[] }).items
    .map(({ data }, index) => (data.value === contentOf(index) ? -1 : index))
    .filter(index => index !== -1)

test('lists that are sent in chunks, several at once and to readers that pause, arrive whole', async () => {
  using client = await ApiClient.open(cluster.kubeconfig, 2)
  const slow = client.stream(path)
  const chunks: Buffer[] = []
  slow.on('data', chunk => {
    chunks.push(chunk)
    slow.pause()
    setImmediate(() => slow.resume())
  })
  const ended = new Promise(resolve => slow.on('end', resolve))
  const bodies = await Promise.all(
    Array.from({ length: 4 }, async (_, n) => {
      if (n % 2) return String(await client.request(path))
      const { headers, text } = await http(cluster.controlPlane, 'GET', path)
      expect(headers).toMatchObject({ 'transfer-encoding': 'chunked' })
      return text
    }),
  )
  await ended
  for (const body of [...bodies, Buffer.concat(chunks).toString()]) {
    expect(JSON.parse(body).items).toHaveLength(count)
    expect(wrong(body)).toEqual([])
  }
})

test('a reader that goes away in the middle of a list disturbs no other', async () => {
  using client = await ApiClient.open(cluster.kubeconfig, 1)
  const gone = client.stream(path)
  await new Promise(resolve => gone.once('data', resolve))
  gone.destroy()
  expect(wrong(String(await client.request(path)))).toEqual([])
})
