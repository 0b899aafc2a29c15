import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import { endpointSlices, services } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import { parseRange } from '#platform/ipv4.ts'
import { ClusterZone } from './cluster-zone.ts'
import { DnsResolver } from './dns-resolver.ts'
import { DnsServer } from './dns-server.ts'
import { ensureDnsService, publishDnsEndpoint } from './kube-dns-service.ts'
import { Upstream } from './upstream.ts'

export interface DnsOptions {
  informers: SharedInformers
  /** Writes the service `kube-dns` and its endpoint. */
  client: Client
  /** Such as `cluster.local`. */
  domain: string
  /** The service's address, such as 10.96.0.10. */
  clusterIP: string
  /** The node's address on the pod bridge; undefined where no pod can ask: only the service is made then. */
  address: string | undefined
  /** Default: any that is free; the service leads there. */
  port?: number
  podCidr: string
  serviceCidr: string
  /** Default `/etc/resolv.conf`. */
  resolvConf?: string
  clock: Clock
  logger: Logger
}

export interface ClusterDns extends AsyncDisposable {
  /** Where it listens; undefined without an address. */
  readonly endpoint: { address: string; port: number } | undefined
}

/** Starts the cluster's DNS; it answers from the moment this resolves. */
export async function startDns(options: DnsOptions): Promise<ClusterDns> {
  const { informers, client, clusterIP, address, clock } = options
  await using starting = new AsyncDisposableStack()
  if (address === undefined) {
    await ensureDnsService(client, clusterIP)
    return { endpoint: undefined, [Symbol.asyncDispose]: async () => {} }
  }
  const serviceInformer = starting.use(informers.use(services)).informer
  const sliceInformer = starting.use(informers.use(endpointSlices)).informer
  const [{ default: dnsPacket }] = await Promise.all([
    import('dns-packet'),
    serviceInformer.synced,
    sliceInformer.synced,
    ensureDnsService(client, clusterIP),
  ])
  const resolver = new DnsResolver({
    dnsPacket,
    zone: new ClusterZone(options.domain, serviceInformer, sliceInformer),
    upstream: new Upstream({
      exclude: new Set([clusterIP, address]),
      clock,
      ...(options.resolvConf ? { resolvConf: options.resolvConf } : {}),
    }),
    ranges: [parseRange(options.podCidr), parseRange(options.serviceCidr)],
  })
  const server = starting.use(
    await DnsServer.listen(
      { address, port: options.port ?? 0 },
      (message, protocol) => resolver.answer(message, protocol),
      clock,
    ),
  )
  const endpoint = { address, port: server.port }
  await publishDnsEndpoint(client, endpoint)
  options.logger.info('cluster DNS answers', endpoint)
  const owned = starting.move()
  return { endpoint, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
