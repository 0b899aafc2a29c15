import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { silentLogger } from '#base/logger.ts'
import { ingresses, type ResourceType } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import {
  type InformerSelection,
  type InformerShare,
  SharedInformers,
} from '#client/shared-informers.ts'
import type { Transport } from '#client/transport.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { startServiceNetwork } from './service-network.ts'

const silent: Transport = { request: () => new Promise(() => {}) }
const shared = {
  client: new Client(silent, { userAgent: 'test' }),
  clock: new FakeClock(),
  logger: silentLogger,
}

/** Knows which kinds were watched and which still are, and refuses one. */
class RefusingInformers extends SharedInformers {
  readonly asked: string[] = []
  readonly watched = new Set<string>()

  override use<T extends KubernetesObject>(
    type: ResourceType<T>,
    select?: InformerSelection,
  ): InformerShare<T> {
    if (type.resource === ingresses.resource) throw new Error('ingresses are refused')
    const share = super.use(type, select)
    this.asked.push(type.resource)
    this.watched.add(type.resource)
    return {
      informer: share.informer,
      [Symbol.dispose]: () => {
        share[Symbol.dispose]()
        this.watched.delete(type.resource)
      },
    }
  }
}

const start = (informers: SharedInformers, client = shared.client) =>
  startServiceNetwork({
    ...shared,
    client,
    informers,
    clusterName: 'test',
    podCidr: '10.244.0.0/24',
    serviceCidr: '10.96.0.0/16',
    network: undefined,
    hostAgent: async () => undefined,
    dns: { ip: '10.96.0.10', domain: 'cluster.local' },
    apiServerPort: undefined,
    dial: () => Promise.reject(new Error('nobody dials')),
    dataDir: '/nowhere',
  })

test('startServiceNetwork ends the service proxy when ingress cannot be started', async () => {
  const informers = new RefusingInformers(shared)
  await expect(start(informers)).rejects.toThrow('ingresses are refused')
  expect(informers.asked).toEqual(['services', 'endpointslices'])
  expect(informers.watched).toEqual(new Set())
})

test('a service network that fails when nobody waits for it any more does not end the process', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  const client = new Client({ request: () => Promise.reject(new Error('the server is gone')) })
  const informers = new SharedInformers(shared)
  const network = await start(informers, client)
  await network[Symbol.asyncDispose]()
  await new Promise(resolve => setImmediate(resolve))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
  await expect(network.ready).rejects.toThrow('the server is gone')
})
