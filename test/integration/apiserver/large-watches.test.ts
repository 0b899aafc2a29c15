import type { ClientHttp2Stream } from 'node:http2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configMaps } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { KubernetesObject, WatchEvent } from '#kubernetes/objects.ts'
import { ApiClient } from '../../bench/api-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const path = '/api/v1/namespaces/default/configmaps?watch=1'
/** Together more than what may wait for a client that doesn't read. */
const [count, bytes] = [24, 800_000]

let cluster: TestCluster
let client: Client
let http: ApiClient
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  client = new Client(cluster.admin)
  http = await ApiClient.open(cluster.kubeconfig, 2)
  for (let n = 0; n < count; n++) await write(`large-${n}`, n, 'create')
})
afterAll(async () => {
  http[Symbol.dispose]()
  await cluster[Symbol.asyncDispose]()
})

async function write(name: string, n: number, how: 'create' | 'update'): Promise<void> {
  const metadata = { name, namespace: 'default' }
  await client[how](configMaps, { metadata, data: { n: String(n), value: 'x'.repeat(bytes) } })
}

/** Reads lines until one satisfies `isLast`; with `slowly`, a piece at a time. */
async function read(
  stream: ClientHttp2Stream,
  isLast: (event: WatchEvent) => boolean,
  slowly = false,
): Promise<WatchEvent[]> {
  const events: WatchEvent[] = []
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) events.push(JSON.parse(line) as WatchEvent)
    const last = events.at(-1)
    if (last && isLast(last)) break
    if (slowly) await new Promise(resolve => setImmediate(resolve))
  }
  return events
}
const nameOf = ({ object }: WatchEvent) => (object as KubernetesObject).metadata.name

test('a watch may begin with more than a client has room for, and what happens meanwhile comes behind it', async () => {
  const initial =
    'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
  const stream = http.stream(`${path}&${initial}`)
  await new Promise(resolve => stream.once('response', resolve))
  await write('later', 0, 'create')
  const events = await read(stream, event => nameOf(event) === 'later', true)
  expect(events.map(({ type }) => type)).toEqual([
    ...Array.from({ length: count }, () => 'ADDED'),
    'BOOKMARK',
    'ADDED',
  ])
  expect(new Set(events.slice(0, count).map(nameOf)).size).toBe(count)
})

test('a client that does not read what happens is cut off', async () => {
  const stream = http.stream(`${path}&resourceVersion=${await newest()}`)
  stream.pause()
  const closed = new Promise<number>(resolve => stream.on('close', () => resolve(stream.rstCode)))
  stream.on('error', () => {})
  await new Promise(resolve => stream.once('response', resolve))
  for (let n = 0; n < 2 * count; n++) await write('large-0', n + 1, 'update')
  stream.resume()
  expect(await closed).not.toBe(0)
})

async function newest(): Promise<string> {
  const { metadata } = await client.list(configMaps, { namespace: 'default', limit: 1 })
  return metadata.resourceVersion ?? ''
}
