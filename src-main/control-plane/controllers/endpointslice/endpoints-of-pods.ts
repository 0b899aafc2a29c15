import type { Pod, Service } from '#kubernetes/api/core-v1.ts'
import type { Endpoint, EndpointHints, EndpointPort } from '#kubernetes/api/discovery-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodReady } from '#kubernetes/pod-state.ts'
import { addressFamily, findTargetPort, podAddresses, podHostname } from '../shared/service-pods.ts'
import { hasTopologyMode } from './topology.ts'

/** Endpoints of pods that serve the same ports. */
export interface EndpointGroup {
  ports: EndpointPort[]
  endpoints: Endpoint[]
}

/** A service's endpoints of one address family, grouped by the ports that its port names lead to in each pod. */
export function endpointGroups(
  service: Stored<Service>,
  pods: Stored<Pod>[],
  family: string,
  zoneOf: (node: string) => string | undefined,
): EndpointGroup[] {
  const groups = new Map<string, EndpointGroup>()
  for (const pod of pods) {
    const addresses = podAddresses(pod).filter(address => addressFamily(address) === family)
    if (addresses.length === 0) continue
    const ports = portsOf(service, pod)
    const id = JSON.stringify(ports)
    const group = groups.get(id) ?? { ports, endpoints: [] }
    group.endpoints.push(endpointOf(service, pod, addresses, zoneOf))
    groups.set(id, group)
  }
  return [...groups.values()]
}

function portsOf(service: Stored<Service>, pod: Pod): EndpointPort[] {
  return (service.spec?.ports ?? []).flatMap(servicePort => {
    const port = findTargetPort(pod, servicePort)
    if (port === undefined) return []
    const { name = '', protocol = 'TCP', appProtocol } = servicePort
    return [{ name, protocol, port, ...(appProtocol ? { appProtocol } : {}) }]
  })
}

function endpointOf(
  service: Stored<Service>,
  pod: Stored<Pod>,
  addresses: string[],
  zoneOf: (node: string) => string | undefined,
): Endpoint {
  const { name, namespace = '', uid } = pod.metadata
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const serving = isPodReady(pod)
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating)
  const nodeName = pod.spec?.nodeName
  const zone = nodeName ? zoneOf(nodeName) : undefined
  const hostname = podHostname(pod, service)
  const hints = ready ? hintsOf(service, nodeName, zone) : undefined
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hostname ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName ? { nodeName } : {}),
    ...(zone ? { zone } : {}),
    ...(hints ? { hints } : {}),
  }
}

/**
 * Where a service asks proxies to send what comes from the same zone, or the same node, before all other. A topology
 * mode wins.
 */
function hintsOf(
  service: Service,
  nodeName: string | undefined,
  zone: string | undefined,
): EndpointHints | undefined {
  if (hasTopologyMode(service)) return undefined
  const forZones = zone ? { forZones: [{ name: zone }] } : undefined
  switch (service.spec?.trafficDistribution) {
    case 'PreferClose':
    case 'PreferSameZone':
      return forZones
    case 'PreferSameNode':
      return nodeName ? { forNodes: [{ name: nodeName }], ...forZones } : forZones
    default:
      return undefined
  }
}
