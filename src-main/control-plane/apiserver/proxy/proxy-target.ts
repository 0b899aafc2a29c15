import type { Node, Pod, Service } from '#kubernetes/api/core-v1.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { badRequest } from '../failures.ts'
import { type Target, writeOf } from '../handlers/target.ts'

/** Where a proxied request goes. */
export interface ProxyTarget {
  scheme: 'http' | 'https'
  address: string
  port: number
}

/** `name`, `name:port` or `scheme:name:port`, as the URL names what is proxied to. */
interface NamedPort {
  scheme: 'http' | 'https'
  name: string
  port: string
}

function parseNamedPort(text: string): NamedPort | undefined {
  const parts = text.split(':')
  const [first = '', second = '', third = ''] = parts
  if (parts.length === 3) {
    if ((first !== 'http' && first !== 'https') || !second) return undefined
    return { scheme: first, name: second, port: third }
  }
  return parts.length < 3 && first ? { scheme: 'http', name: first, port: second } : undefined
}

/** Finds where a request to a pod, a service or a node has to go. Throws what upstream answers when nothing is there. */
export function proxyTarget(target: Target): ProxyTarget {
  const { resource, name } = target.context.info
  const singular = target.definition.singular
  const named = parseNamedPort(name)
  if (!named) throw badRequest(`invalid ${singular} request ${JSON.stringify(name)}`)
  const write = { ...writeOf(target, false), name: named.name }
  const { object } = target.writer.current(write)
  if (resource === 'pods') return podTarget(object as Pod, named)
  if (resource === 'nodes') return nodeTarget(object as Node, named)
  return serviceTarget(target, object as Service, named)
}

function podTarget({ spec, status }: Pod, { scheme, port }: NamedPort): ProxyTarget {
  const address = status?.podIPs?.[0]?.ip ?? status?.podIP ?? ''
  if (!address) throw badRequest('address not allowed')
  const declared = spec.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort
  return { scheme, address, port: port ? portNumber(port) : (declared ?? defaultPort(scheme)) }
}

function nodeTarget({ metadata, status }: Node, { scheme, port }: NamedPort): ProxyTarget {
  const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
  if (!address) throw badRequest(`no preferred addresses found for node ${metadata.name}`)
  return { scheme, address, port: port ? portNumber(port) : kubeletPort }
}

/** Where a node's kubelet would listen. */
export const kubeletPort = 10250

/** A ready endpoint of the service's port, any of them. */
function serviceTarget(
  { services }: Target,
  service: Service,
  { scheme, port, name }: NamedPort,
): ProxyTarget {
  const { namespace = '' } = service.metadata
  const portName = servicePortName(service, port, name)
  const slices = services.caches.of(
    services.catalog.get('discovery.k8s.io', 'v1', 'endpointslices'),
  )
  const found: ProxyTarget[] = []
  for (const { object } of slices.values()) {
    const slice = object as EndpointSlice
    if (slice.metadata.namespace !== namespace) continue
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== name) continue
    const number = slice.ports?.find(one => (one.name ?? '') === portName)?.port
    if (!number) continue
    for (const { addresses, conditions } of slice.endpoints ?? [])
      if (conditions?.ready !== false && addresses[0])
        found.push({ scheme, address: addresses[0], port: number })
  }
  const chosen = found[Math.floor(Math.random() * found.length)]
  if (chosen) return chosen
  throw statusError(
    'ServiceUnavailable',
    `no endpoints available for service ${JSON.stringify(name)}`,
  )
}

/** A port given by its number has the name that the service declares for it. */
function servicePortName({ spec }: Service, port: string, service: string): string {
  if (!/^\d+$/.test(port)) return port
  const declared = spec?.ports?.find(one => one.port === Number(port))
  if (declared) return declared.name ?? ''
  throw statusError(
    'ServiceUnavailable',
    `no service port ${port} found for service ${JSON.stringify(service)}`,
  )
}

function portNumber(text: string): number {
  const number = Number(text)
  if (/^\d{1,5}$/.test(text) && number > 0 && number < 65536) return number
  throw badRequest(`invalid port ${JSON.stringify(text)}`)
}

const defaultPort = (scheme: ProxyTarget['scheme']) => (scheme === 'https' ? 443 : 80)
