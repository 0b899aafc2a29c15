import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { Client } from '#client/rest.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import { startDns } from './dns/dns.ts'
import { IngressProxy } from './proxy/ingress/ingress.ts'
import { type ProxyOptions, startProxy } from './proxy/proxy.ts'
import type { Dial } from './proxy/tcp-forward.ts'

export interface ServiceNetworkOptions extends Pick<ProxyOptions, 'network' | 'hostAgent'> {
  informers: SharedInformers
  client: Client
  clusterName: string
  podCidr: string
  serviceCidr: string
  dns: { ip: string; domain: string }
  /** The API server's port on the pod bridge's address. */
  apiServerPort: number | undefined
  ingressPorts?: { http?: number; https?: number }
  /** The way to pods. */
  dial: Dial
  dataDir: string
  clock: Clock
  logger: Logger
}

/** What makes Services reachable, while it runs. */
export interface ServiceNetwork extends AsyncDisposable {
  /** Resolves when Services and ingresses are served and DNS answers. */
  readonly ready: Promise<void>
}

/**
 * Serves the cluster's Services to its pods and to this machine: the service proxy, ingress and the cluster's DNS.
 * When one of them can't be started, those before it are ended.
 */
export async function startServiceNetwork(options: ServiceNetworkOptions): Promise<ServiceNetwork> {
  const { informers, client, serviceCidr, network, dial, dns: names, clock, logger } = options
  await using starting = new AsyncDisposableStack()
  const shared = { informers, client, clock, logger }
  const proxy = starting.use(
    startProxy({
      ...shared,
      clusterName: options.clusterName,
      serviceCidr,
      network,
      hostAgent: options.hostAgent,
      ...(network && options.apiServerPort
        ? { apiServer: { address: network.gateway, port: options.apiServerPort } }
        : {}),
      dial,
    }),
  )
  const ingress = starting.use(
    new IngressProxy({
      ...shared,
      dial,
      domain: names.domain,
      dataDir: options.dataDir,
      ...(options.ingressPorts ? { ports: options.ingressPorts } : {}),
    }),
  )
  const dns = starting.use(
    startDns({
      ...shared,
      domain: names.domain,
      clusterIP: names.ip,
      address: network?.gateway,
      podCidr: options.podCidr,
      serviceCidr,
    }),
  )
  const ready = Promise.all([proxy.synced, ingress.synced, dns.ready]).then(() => {})
  ready.catch(() => {})
  const owned = starting.move()
  return {
    ready,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
