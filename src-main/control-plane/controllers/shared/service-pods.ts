import type { Informer } from '#client/informer.ts'
import type { Pod, Service, ServicePort } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isPodReady, isPodTerminal } from '#kubernetes/pod-state.ts'
import { matchesLabels } from '#kubernetes/selectors/match-label-selector.ts'

export const headlessLabel = 'service.kubernetes.io/headless'

/** Whether the controllers find a service's endpoints; those without a selector are filled by others. */
export const hasEndpoints = ({ spec }: Service): boolean =>
  spec?.type !== 'ExternalName' && Object.keys(spec?.selector ?? {}).length > 0

export const isHeadless = ({ spec }: Service): boolean => spec?.clusterIP === 'None'

/** The pods that a service selects and that have an address, whether ready or ending. */
export function podsOfService(service: Stored<Service>, pods: Informer<Pod>): Stored<Pod>[] {
  return pods
    .list(service.metadata.namespace)
    .filter(pod => matchesLabels(service.spec?.selector, pod.metadata.labels))
    .filter(pod => !isPodTerminal(pod) && podAddresses(pod).length > 0)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}

export function podAddresses({ status }: Pod): string[] {
  const addresses = (status?.podIPs ?? []).map(({ ip }) => ip).filter(ip => ip !== undefined)
  return addresses.length ? addresses : status?.podIP ? [status.podIP] : []
}

export const addressFamily = (address: string): 'IPv4' | 'IPv6' =>
  address.includes(':') ? 'IPv6' : 'IPv4'

/** The port of a pod that a service's port leads to; undefined when it names one that the pod hasn't. */
export function findTargetPort(pod: Pod, port: ServicePort): number | undefined {
  const target =
    port.targetPort === undefined || port.targetPort === '' ? port.port : port.targetPort
  if (typeof target === 'number') return target === 0 ? port.port : target
  const sidecars = (pod.spec?.initContainers ?? []).filter(
    ({ restartPolicy }) => restartPolicy === 'Always',
  )
  for (const container of [...(pod.spec?.containers ?? []), ...sidecars]) {
    const found = container.ports?.find(
      ({ name, protocol }) => name === target && (protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    )
    if (found) return found.containerPort
  }
  return undefined
}

/** The name under which DNS knows the pod beneath a headless service. */
export function podHostname(pod: Pod, service: Stored<Service>): string | undefined {
  const { hostname, subdomain } = pod.spec ?? {}
  return hostname && subdomain === service.metadata.name ? hostname : undefined
}

/** Wakes services for what happens to pods that they select or selected; changes that endpoints don't show are left out. */
export function wakeServices(
  services: Informer<Service>,
  enqueue: (key: string) => void,
): { added: (pod: Stored<Pod>) => void; updated: PodUpdate; deleted: (pod: Stored<Pod>) => void } {
  const wake = (pod: Stored<Pod>, old?: Stored<Pod>) => {
    for (const service of services.list(pod.metadata.namespace)) {
      if (!hasEndpoints(service)) continue
      const { selector } = service.spec ?? {}
      const concerned =
        matchesLabels(selector, pod.metadata.labels) ||
        (old !== undefined && matchesLabels(selector, old.metadata.labels))
      if (concerned) enqueue(keyOf(service))
    }
  }
  return {
    added: wake,
    updated: (pod, old) => {
      if (!semanticEqual(endpointFacts(pod), endpointFacts(old))) wake(pod, old)
    },
    deleted: wake,
  }
}

type PodUpdate = (pod: Stored<Pod>, old: Stored<Pod>) => void

const endpointFacts = (pod: Stored<Pod>) => [
  pod.metadata.uid,
  pod.metadata.labels,
  pod.metadata.deletionTimestamp !== undefined,
  podAddresses(pod),
  pod.spec?.nodeName,
  pod.status?.phase,
  isPodReady(pod),
]
