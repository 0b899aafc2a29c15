import { expect, test } from 'vitest'
import { AsyncQueue } from '#base/async-queue.ts'
import { FakeClock } from '#base/fake-clock.ts'
import { silentLogger } from '#base/logger.ts'
import type { ConfigMap } from '#kubernetes/api/core-v1.ts'
import type { KubernetesObject, Stored, WatchEvent } from '#kubernetes/objects.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { Informer } from './informer.ts'
import { Reflector } from './reflector.ts'
import { configMaps } from './resource-types.ts'
import { Client } from './rest.ts'
import { SharedInformers } from './shared-informers.ts'
import type { ApiRequest, ApiResponse, Transport } from './transport.ts'

/** Answers requests with what the test queued, and remembers them. */
class ScriptedTransport implements Transport {
  readonly requests: ApiRequest[] = []
  readonly answers: ((request: ApiRequest) => Partial<ApiResponse>)[] = []

  async request(request: ApiRequest): Promise<ApiResponse> {
    this.requests.push(request)
    const answer = this.answers.shift()
    if (!answer) throw statusError('ServiceUnavailable', 'nothing scripted')
    return answer(request) as ApiResponse
  }

  list(resourceVersion: string, items: Stored<ConfigMap>[], next?: string): void {
    const metadata = { resourceVersion, ...(next ? { continue: next } : {}) }
    this.answers.push(() => ({ json: async <T>() => ({ metadata, items }) as T }))
  }

  watch(): AsyncQueue<WatchEvent> {
    const events = new AsyncQueue<WatchEvent>()
    this.answers.push(request => {
      request.signal?.addEventListener('abort', () => events.fail(request.signal?.reason))
      return { events: () => events }
    })
    return events
  }

  fail(error: Error): void {
    this.answers.push(() => {
      throw error
    })
  }

  query(index: number): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(this.requests[index]?.query ?? {}).filter(([, value]) => value !== undefined),
    )
  }
}

const configMap = (name: string, resourceVersion: string, uid = name): Stored<ConfigMap> => ({
  metadata: {
    name,
    namespace: 'shop',
    uid,
    resourceVersion,
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
})
const bookmark = (resourceVersion: string, initialEnd = false): WatchEvent => ({
  type: 'BOOKMARK',
  object: {
    metadata: {
      resourceVersion,
      ...(initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
    },
  } as KubernetesObject,
})

function start() {
  const clock = new FakeClock()
  const transport = new ScriptedTransport()
  const informer = new Informer<ConfigMap>(silentLogger)
  const log: string[] = []
  informer.on({
    added: object => log.push(`+${object.metadata.name}@${object.metadata.resourceVersion}`),
    updated: object => log.push(`~${object.metadata.name}@${object.metadata.resourceVersion}`),
    deleted: object => log.push(`-${object.metadata.name}`),
  })
  const stop = new AbortController()
  const reflector = new Reflector({
    client: new Client(transport),
    clock,
    logger: silentLogger,
    type: configMaps,
    target: informer,
    random: () => 0,
  })
  const run = () => reflector.run(stop.signal)
  return { clock, transport, informer, log, stop, run }
}

test('Reflector streams the first state and shows it only when it is whole', async () => {
  const { clock, transport, informer, log, stop, run } = start()
  const events = transport.watch()
  const running = run()
  events.push({ type: 'ADDED', object: configMap('a', '3') })
  events.push({ type: 'ADDED', object: configMap('b', '5') })
  await clock.advance(0)
  expect(transport.query(0)).toMatchObject({
    watch: 'true',
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: 'true',
  })
  expect(log).toEqual([])
  expect(informer.hasSynced).toBe(false)
  events.push(bookmark('9', true))
  events.push({ type: 'MODIFIED', object: configMap('a', '10') })
  events.push({ type: 'DELETED', object: configMap('b', '11') })
  await clock.advance(0)
  expect(log).toEqual(['+a@3', '+b@5', '~a@10', '-b'])
  expect(informer.hasSynced).toBe(true)
  stop.abort()
  await running
  expect(clock.pending).toBe(0)
})

test('Reflector resumes a closed watch from the last revision, bookmarks included', async () => {
  const { clock, transport, log, stop, run } = start()
  const first = transport.watch()
  const second = transport.watch()
  const running = run()
  first.push(bookmark('9', true))
  first.push(bookmark('42'))
  await clock.advance(170_000)
  first.close()
  await clock.advance(10_000)
  expect(transport.query(1)['resourceVersion']).toBe('42')
  expect(transport.query(1)['sendInitialEvents']).toBeUndefined()
  second.push({ type: 'ADDED', object: configMap('a', '50') })
  await clock.advance(0)
  expect(log).toEqual(['+a@50'])
  stop.abort()
  await running
})

test('Reflector starts over after 410 and tells the differences', async () => {
  const { clock, transport, log, stop, run } = start()
  const first = transport.watch()
  const second = transport.watch()
  const running = run()
  first.push({ type: 'ADDED', object: configMap('kept', '1') })
  first.push({ type: 'ADDED', object: configMap('gone', '2') })
  first.push({ type: 'ADDED', object: configMap('renewed', '3', 'old') })
  first.push(bookmark('9', true))
  await clock.advance(0)
  log.length = 0
  first.push({ type: 'ERROR', object: statusError('Expired', 'too old resource version').status })
  await clock.advance(1000)
  expect(transport.query(1)['sendInitialEvents']).toBe('true')
  second.push({ type: 'ADDED', object: configMap('kept', '1') })
  second.push({ type: 'ADDED', object: configMap('renewed', '12', 'new') })
  second.push(bookmark('20', true))
  await clock.advance(0)
  expect(log).toEqual(['-renewed', '+renewed@12', '-gone'])
  stop.abort()
  await running
})

test('Reflector lists in pages where the server cannot stream the first state', async () => {
  const { clock, transport, log, stop, run } = start()
  transport.fail(statusError('Invalid', 'sendInitialEvents is forbidden'))
  transport.list('7', [configMap('a', '1')], 'more')
  transport.list('7', [configMap('b', '2')])
  transport.watch()
  const running = run()
  await clock.advance(0)
  expect(log).toEqual(['+a@1', '+b@2'])
  expect(transport.query(2)['continue']).toBe('more')
  expect(transport.query(3)).toMatchObject({ watch: 'true', resourceVersion: '7' })
  stop.abort()
  await running
})

test('Reflector backs off while the server is away: 200 ms, doubling up to 30 s', async () => {
  const { clock, transport, stop, run } = start()
  const running = run()
  const times: number[] = []
  let seen = 0
  for (let ms = 0; ms < 120_000; ms += 100) {
    if (transport.requests.length > seen) times.push(clock.monotonic())
    seen = transport.requests.length
    await clock.advance(100)
  }
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
  expect(gaps.slice(1)).toEqual([400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000])
  stop.abort()
  await running
})

test('Reflector leaves a stream that fell silent, as after the computer slept', async () => {
  const { clock, transport, stop, run } = start()
  const first = transport.watch()
  transport.watch()
  const running = run()
  first.push(bookmark('9', true))
  await clock.advance(170_000)
  first.push(bookmark('10'))
  await clock.advance(170_000)
  expect(transport.requests).toHaveLength(1)
  await clock.advance(30_000)
  expect(transport.requests).toHaveLength(2)
  expect(transport.query(1)['resourceVersion']).toBe('10')
  stop.abort()
  await running
})

test('SharedInformers opens one watch for many users and ends it with the last', async () => {
  const clock = new FakeClock()
  const transport = new ScriptedTransport()
  const events = transport.watch()
  await using shared = new SharedInformers({
    client: new Client(transport),
    clock,
    logger: silentLogger,
  })
  const first = shared.use(configMaps)
  const second = shared.use(configMaps)
  expect(first.informer).toBe(second.informer)
  events.push({ type: 'ADDED', object: configMap('a', '1') })
  events.push(bookmark('2', true))
  await first.informer.synced
  expect(second.informer.get('shop/a')?.metadata.uid).toBe('a')
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  await clock.advance(0)
  expect(transport.requests[0]?.signal?.aborted).toBe(false)
  second[Symbol.dispose]()
  await clock.advance(0)
  expect(transport.requests[0]?.signal?.aborted).toBe(true)
  expect(transport.requests).toHaveLength(1)
})

test('Informer keeps its indexes in step', () => {
  const informer = new Informer<ConfigMap>(silentLogger)
  informer.addIndex('color', object => Object.values(object.metadata.labels ?? {}))
  const colored = (name: string, version: string, color: string) => {
    const object = configMap(name, version)
    return { ...object, metadata: { ...object.metadata, labels: { color } } }
  }
  const names = (color: string) => informer.byIndex('color', color).map(o => o.metadata.name)
  informer.replace([colored('a', '1', 'red'), colored('b', '2', 'red')])
  expect(names('red')).toEqual(['a', 'b'])
  informer.apply('MODIFIED', colored('a', '3', 'blue'))
  expect([names('red'), names('blue')]).toEqual([['b'], ['a']])
  informer.apply('DELETED', colored('b', '4', 'red'))
  expect(names('red')).toEqual([])
  expect(informer.list('shop')).toHaveLength(1)
  expect(informer.list('other')).toHaveLength(0)
})
