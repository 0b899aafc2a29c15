import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import { endpointSlices, services } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import { parseRange } from '#platform/ipv4.ts'
import { ClusterZone } from './cluster-zone.ts'
import { DnsResolver } from './dns-resolver.ts'
import { type Answerer, DnsServer } from './dns-server.ts'
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

export interface DnsEndpoint {
  address: string
  port: number
}

export interface ClusterDns extends AsyncDisposable {
  /** Resolves when queries are answered: to where, or to nothing where no pod can ask. */
  readonly ready: Promise<DnsEndpoint | undefined>
}

/** Starts the cluster's DNS. */
export function startDns(options: DnsOptions): ClusterDns {
  const owned = new AsyncDisposableStack()
  const ready = serve(options, owned)
  ready.catch(() => {})
  return { ready, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function serve(
  options: DnsOptions,
  owned: AsyncDisposableStack,
): Promise<DnsEndpoint | undefined> {
  const { client, clusterIP, address } = options
  if (address === undefined) {
    await ensureDnsService(client, clusterIP)
    return undefined
  }
  const [resolver] = await Promise.all([
    openResolver(options, address, owned),
    ensureDnsService(client, clusterIP),
  ])
  const server = await listen(options, address, resolver)
  if (!server) return undefined
  if (owned.disposed) {
    await server[Symbol.asyncDispose]()
    return undefined
  }
  owned.use(server)
  const endpoint = { address, port: server.port }
  await publishDnsEndpoint(client, endpoint)
  options.logger.info('cluster DNS answers', endpoint)
  return endpoint
}

async function openResolver(
  options: DnsOptions,
  address: string,
  owned: AsyncDisposableStack,
): Promise<DnsResolver> {
  const { informers, clusterIP, clock, resolvConf } = options
  const known = owned.use(informers.use(services)).informer
  const slices = owned.use(informers.use(endpointSlices)).informer
  const [{ default: dnsPacket }] = await Promise.all([
    import('dns-packet'),
    known.synced,
    slices.synced,
  ])
  return new DnsResolver({
    dnsPacket,
    zone: new ClusterZone(options.domain, known, slices),
    upstream: new Upstream({
      exclude: new Set([clusterIP, address]),
      clock,
      ...(resolvConf ? { resolvConf } : {}),
    }),
    ranges: [parseRange(options.podCidr), parseRange(options.serviceCidr)],
  })
}

/** Undefined where the engine, and the pod bridge with it, is on another (virtual) machine. */
async function listen(
  { port = 0, clock, logger }: DnsOptions,
  address: string,
  resolver: DnsResolver,
): Promise<DnsServer | undefined> {
  const answer: Answerer = (message, protocol) => resolver.answer(message, protocol)
  try {
    return await DnsServer.listen({ address, port }, answer, clock)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error
    logger.error('the pod bridge is not on this machine, so the cluster has no DNS of its own', {
      address,
    })
    return undefined
  }
}
