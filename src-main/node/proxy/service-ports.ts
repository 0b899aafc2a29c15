import type { Service } from '#kubernetes/api/core-v1.ts'
import type { Endpoint, EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { canonicalLegacyIp } from '#kubernetes/legacy-ip.ts'

/** Where a connection to a service may end up. */
export interface Backend {
  address: string
  port: number
}

/** One port of one service, as the proxy serves it. */
export interface ServicePort {
  /** `namespace/name:port`, with the port's name when it has one. */
  name: string
  protocol: 'tcp' | 'udp'
  /** The service's own addresses: cluster and external IPs, IPv4 only. */
  addresses: string[]
  port: number
  nodePort: number | undefined
  /** Serves `port` on localhost too, as a load balancer would. */
  isLoadBalancer: boolean
  /** How long a client stays with its backend. */
  affinitySeconds: number | undefined
  /** Ready ones, or, when none is, those that end but still serve; in a fixed order. */
  backends: Backend[]
}

const protocols: Record<string, 'tcp' | 'udp'> = { TCP: 'tcp', UDP: 'udp' }
const defaultAffinitySeconds = 10_800

/** What the proxy has to do for a service; nothing for headless ones, external names and other protocols. */
export function servicePorts(
  service: Service,
  slices: readonly EndpointSlice[],
  /** Replaces what the slices say. */
  fixedBackends?: Backend[],
): ServicePort[] {
  const { spec, metadata } = service
  const clusterIP = spec?.clusterIP
  if (!spec || spec.type === 'ExternalName' || !clusterIP || clusterIP === 'None') return []
  const affinitySeconds =
    spec.sessionAffinity === 'ClientIP'
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinitySeconds)
      : undefined
  return (spec.ports ?? []).flatMap(port => {
    const protocol = protocols[port.protocol ?? 'TCP']
    if (!protocol) return []
    return {
      name: `${metadata.namespace}/${metadata.name}:${port.name ?? port.port}`,
      protocol,
      addresses: [clusterIP, ...(spec.externalIPs ?? [])]
        .map(canonicalLegacyIp)
        .filter(ip => !ip.includes(':')),
      port: port.port,
      nodePort: port.nodePort || undefined,
      isLoadBalancer: spec.type === 'LoadBalancer' && !spec.loadBalancerClass,
      affinitySeconds,
      backends: fixedBackends ?? findBackends(slices, port.name ?? '', port.protocol ?? 'TCP'),
    }
  })
}

/** The addresses behind a port, by its name: ready ones, or, when none is, those that end but still serve. */
export function findBackends(
  slices: readonly EndpointSlice[],
  name: string,
  protocol: string,
): Backend[] {
  const ready = new Map<string, Backend>()
  const ending = new Map<string, Backend>()
  for (const slice of slices) {
    if ((slice.addressType as string) !== 'IPv4') continue
    for (const port of slice.ports ?? []) {
      if ((port.name ?? '') !== name || (port.protocol ?? 'TCP') !== protocol || !port.port)
        continue
      for (const endpoint of slice.endpoints ?? []) {
        const group = isReady(endpoint) ? ready : isServing(endpoint) ? ending : undefined
        const address = canonicalLegacyIp(endpoint.addresses[0] ?? '')
        if (group && address) group.set(`${address}:${port.port}`, { address, port: port.port })
      }
    }
  }
  const chosen = ready.size ? ready : ending
  return [...chosen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, backend]) => backend)
}

/** Every address and port of a slice's ready endpoints. */
export const readyAddresses = ({ endpoints = [], ports = [] }: EndpointSlice): Backend[] =>
  endpoints
    .filter(isReady)
    .flatMap(({ addresses: [address] }) =>
      ports.flatMap(({ port }) => (address && port ? { address, port } : [])),
    )

/** An absent condition means ready (discovery.k8s.io/v1). */
const isReady = ({ conditions }: Endpoint) => conditions?.ready !== false
const isServing = ({ conditions }: Endpoint) =>
  conditions?.serving !== false && conditions?.terminating === true
