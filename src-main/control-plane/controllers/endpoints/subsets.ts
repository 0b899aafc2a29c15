import type {
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
  Pod,
  Service,
} from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodReady } from '#kubernetes/pod-state.ts'
import {
  addressFamily,
  findTargetPort,
  isHeadless,
  podAddresses,
  podHostname,
} from '../shared/service-pods.ts'

const maxAddresses = 1000

/**
 * The subsets of a service's Endpoints: one for each set of ports that the same addresses serve.
 * Pods that are being deleted are left out unless the service publishes addresses that aren't ready.
 */
export function endpointSubsets(service: Stored<Service>, pods: Stored<Pod>[]): EndpointSubset[] {
  const family = service.spec?.ipFamilies?.[0] || 'IPv4'
  const publishAll = service.spec?.publishNotReadyAddresses === true
  /** Ports as text → the pods behind them; then pods as text → the ports they share. */
  const byPort = new Map<string, { port: EndpointPort | undefined; pods: Stored<Pod>[] }>()
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp && !publishAll) continue
    if (!podAddresses(pod).some(address => addressFamily(address) === family)) continue
    for (const port of portsOf(service, pod)) {
      const id = JSON.stringify(port) ?? ''
      const known = byPort.get(id)
      if (known) known.pods.push(pod)
      else byPort.set(id, { port, pods: [pod] })
    }
  }
  const byPods = new Map<string, { ports: EndpointPort[]; pods: Stored<Pod>[] }>()
  for (const { port, pods: behind } of byPort.values()) {
    const id = behind.map(({ metadata }) => metadata.uid).join()
    const known = byPods.get(id) ?? { ports: [], pods: behind }
    if (port) known.ports.push(port)
    byPods.set(id, known)
  }
  return [...byPods.values()].map(({ ports, pods: behind }) =>
    subset(service, behind, ports, family, publishAll),
  )
}

/** Keeps at most 1000 addresses, the ready ones before the others. */
export function capSubsets(subsets: EndpointSubset[]): {
  subsets: EndpointSubset[]
  truncated: boolean
} {
  const count = (list: EndpointAddress[] | undefined) => list?.length ?? 0
  const total = subsets.reduce(
    (sum, { addresses, notReadyAddresses }) => sum + count(addresses) + count(notReadyAddresses),
    0,
  )
  if (total <= maxAddresses) return { subsets, truncated: false }
  let left = maxAddresses
  const take = (list: EndpointAddress[] | undefined) => {
    const taken = (list ?? []).slice(0, left)
    left -= taken.length
    return taken
  }
  const ready = subsets.map(({ addresses }) => take(addresses))
  const capped = subsets.map(({ notReadyAddresses, ports }, index) =>
    withAddresses(ready[index] ?? [], take(notReadyAddresses), ports ?? []),
  )
  return {
    subsets: capped.filter(({ addresses, notReadyAddresses }) => addresses || notReadyAddresses),
    truncated: true,
  }
}

/** A headless service without ports still has addresses; `undefined` stands for that. */
function portsOf(service: Stored<Service>, pod: Pod): (EndpointPort | undefined)[] {
  const ports = service.spec?.ports ?? []
  if (ports.length === 0) return isHeadless(service) ? [undefined] : []
  return ports.flatMap(servicePort => {
    const port = findTargetPort(pod, servicePort)
    if (port === undefined) return []
    const { name, protocol = 'TCP', appProtocol } = servicePort
    return [{ ...(name ? { name } : {}), port, protocol, ...(appProtocol ? { appProtocol } : {}) }]
  })
}

function subset(
  service: Stored<Service>,
  pods: Stored<Pod>[],
  ports: EndpointPort[],
  family: string,
  publishAll: boolean,
): EndpointSubset {
  const isReady = (pod: Pod) => publishAll || isPodReady(pod)
  const address = (pod: Stored<Pod>): EndpointAddress => {
    const { name, namespace = '', uid } = pod.metadata
    const hostname = podHostname(pod, service)
    return {
      ip: podAddresses(pod).find(ip => addressFamily(ip) === family) ?? '',
      ...(hostname ? { hostname } : {}),
      ...(pod.spec?.nodeName ? { nodeName: pod.spec.nodeName } : {}),
      targetRef: { kind: 'Pod', namespace, name, uid },
    }
  }
  const byAddress = (a: EndpointAddress, b: EndpointAddress) => (a.ip < b.ip ? -1 : 1)
  return withAddresses(
    pods.filter(isReady).map(address).sort(byAddress),
    pods
      .filter(pod => !isReady(pod))
      .map(address)
      .sort(byAddress),
    ports,
  )
}

const withAddresses = (
  addresses: EndpointAddress[],
  notReadyAddresses: EndpointAddress[],
  ports: EndpointPort[],
): EndpointSubset => ({
  ...(addresses.length ? { addresses } : {}),
  ...(notReadyAddresses.length ? { notReadyAddresses } : {}),
  ...(ports.length ? { ports } : {}),
})
