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

test('startServiceNetwork ends the service proxy when ingress cannot be started', async () => {
  const informers = new RefusingInformers(shared)
  const starting = startServiceNetwork({
    ...shared,
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
  await expect(starting).rejects.toThrow('ingresses are refused')
  expect(informers.asked).toEqual(['services', 'endpointslices'])
  expect(informers.watched).toEqual(new Set())
})
