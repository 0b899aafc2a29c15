import type { Informer } from '#client/informer.ts'
import type { Service } from '#kubernetes/api/core-v1.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { canonicalLegacyIp } from '#kubernetes/legacy-ip.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'

export type ZoneRecord =
  | { type: 'A' | 'AAAA'; name: string; data: string }
  | { type: 'CNAME' | 'PTR'; name: string; data: string }
  | { type: 'TXT'; name: string; data: string }
  | {
      type: 'SRV'
      name: string
      data: { priority: number; weight: number; port: number; target: string }
    }

/** What the zone says of a name: nothing, if it doesn't exist; no records, if only of other types. */
export interface ZoneAnswer {
  records: ZoneRecord[]
  /** Addresses of the names that SRV records lead to. */
  additionals: ZoneRecord[]
}

/**
 * The names of services and pods, as Kubernetes' DNS specification 1.1.0 has them, looked up in what the informers know:
 * https://github.com/kubernetes/dns/blob/master/docs/specification.md
 */
export class ClusterZone {
  /** Such as `cluster.local`. */
  readonly domain: string
  readonly #services: Informer<Service>
  readonly #slices: Informer<EndpointSlice>

  constructor(domain: string, services: Informer<Service>, slices: Informer<EndpointSlice>) {
    this.domain = domain
    this.#services = services
    this.#slices = slices
    services.addIndex(byAddress, ({ spec }) => spec?.clusterIPs ?? [])
    slices.addIndex(byService, slice => [serviceOf(slice)])
    slices.addIndex(
      byAddress,
      slice => slice.endpoints?.flatMap(({ addresses }) => addresses) ?? [],
    )
  }

  /** Answers for a lower-case name at or below the domain; undefined means that there is no such name. */
  lookup(name: string, type: string): ZoneAnswer | undefined {
    if (name === this.domain) return nothing
    const labels = name.slice(0, -this.domain.length - 1).split('.')
    const kind = labels.pop()
    if (kind === 'dns-version' && !labels.length) {
      return answer(type === 'TXT' ? [{ type: 'TXT', name, data: '1.1.0' }] : [])
    }
    if (kind === 'pod') return podAnswer(name, labels, type)
    if (kind !== 'svc') return undefined
    const namespace = labels.pop()
    if (namespace === undefined) return nothing
    const serviceName = labels.pop()
    if (serviceName === undefined) {
      return this.#services.list(namespace).length ? nothing : undefined
    }
    const service = this.#services.get(`${namespace}/${serviceName}`)
    return service && this.#serviceAnswer(service, name, labels, type)
  }

  /** The names that an address of a service, or of a headless service's endpoint, leads back to. */
  reverse(name: string, address: string): ZoneRecord[] {
    const names = this.#services.byIndex(byAddress, address).map(service => this.#nameOf(service))
    for (const slice of this.#slices.byIndex(byAddress, address)) {
      const service = this.#services.get(serviceOf(slice))
      if (!service || !isHeadless(service)) continue
      for (const endpoint of slice.endpoints ?? []) {
        if (endpoint.addresses.includes(address)) names.push(this.#endpointName(service, endpoint))
      }
    }
    return [...new Set(names)].map(data => ({ type: 'PTR', name, data }))
  }

  #serviceAnswer(
    service: Stored<Service>,
    name: string,
    labels: string[],
    type: string,
  ): ZoneAnswer | undefined {
    const { spec } = service
    if (spec?.type === 'ExternalName') {
      const data = (spec.externalName ?? '').toLowerCase()
      return labels.length ? undefined : answer([{ type: 'CNAME', name, data }])
    }
    if (!labels.length) return answer(this.#addresses(service, name).filter(r => r.type === type))
    const [first = '', second = ''] = labels
    if (labels.length <= 2 && (labels.at(-1) ?? '').startsWith('_')) {
      return this.#ports(
        service,
        name,
        labels.length === 2 ? first : undefined,
        labels.length === 2 ? second : first,
        type,
      )
    }
    if (labels.length > 1 || !isHeadless(service)) return undefined
    const own = this.#endpoints(service).filter(({ endpoint }) => hostOf(endpoint) === first)
    if (!own.length) return undefined
    return answer(
      own
        .flatMap(({ endpoint }) => addressRecords(name, endpoint.addresses))
        .filter(r => r.type === type),
    )
  }

  /** Answers `_port._protocol`; `_protocol` alone exists without records of its own. */
  #ports(
    service: Stored<Service>,
    name: string,
    port: string | undefined,
    protocol: string,
    type: string,
  ): ZoneAnswer | undefined {
    const matches = ({ name: portName, protocol: itsProtocol }: EndpointPort) =>
      (itsProtocol ?? 'TCP').toLowerCase() === protocol.slice(1) &&
      (port === undefined || (portName !== undefined && `_${portName}` === port))
    const targets: { port: number; target: string; addresses: ZoneRecord[] }[] = []
    if (isHeadless(service)) {
      for (const { endpoint, ports } of this.#endpoints(service)) {
        const target = this.#endpointName(service, endpoint)
        for (const found of ports.filter(matches)) {
          if (!found.port) continue
          targets.push({
            port: found.port,
            target,
            addresses: addressRecords(target, endpoint.addresses),
          })
        }
      }
    } else {
      const target = this.#nameOf(service)
      for (const found of (service.spec?.ports ?? []).filter(matches)) {
        targets.push({ port: found.port, target, addresses: this.#addresses(service, target) })
      }
    }
    if (!targets.length) return undefined
    if (port === undefined || type !== 'SRV') return nothing
    const weight = Math.floor(100 / targets.length)
    const records = targets.map(({ port, target }): ZoneRecord => {
      return { type: 'SRV', name, data: { priority: 0, weight, port, target } }
    })
    return { records, additionals: targets.flatMap(({ addresses }) => addresses) }
  }

  #addresses(service: Stored<Service>, name: string): ZoneRecord[] {
    const addresses = isHeadless(service)
      ? this.#endpoints(service).flatMap(({ endpoint }) => endpoint.addresses)
      : (service.spec?.clusterIPs ?? [service.spec?.clusterIP ?? ''])
    return addressRecords(name, [...new Set(addresses)])
  }

  /** Ready endpoints; the slices say ready of all of them when not-ready ones are to be published. */
  #endpoints(service: Stored<Service>): { endpoint: Endpoint; ports: EndpointPort[] }[] {
    return this.#slices
      .byIndex(byService, keyOf(service))
      .flatMap(slice =>
        (slice.endpoints ?? [])
          .filter(({ conditions }) => conditions?.ready !== false)
          .map(endpoint => ({ endpoint, ports: slice.ports ?? [] })),
      )
  }

  #nameOf({ metadata }: Stored<Service>): string {
    return `${metadata.name}.${metadata.namespace}.svc.${this.domain}`
  }

  #endpointName(service: Stored<Service>, endpoint: Endpoint): string {
    return `${hostOf(endpoint)}.${this.#nameOf(service)}`
  }
}

const byAddress = 'dns-address'
const byService = 'dns-service'
const nothing: ZoneAnswer = { records: [], additionals: [] }
const answer = (records: ZoneRecord[]): ZoneAnswer => ({ records, additionals: [] })
const isHeadless = ({ spec }: Service) => spec?.clusterIP === 'None'
const serviceOf = ({ metadata }: EndpointSlice) =>
  `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`

/** An endpoint without a host name is known by its address, as CoreDNS has it. */
const hostOf = ({ hostname, addresses }: Endpoint) =>
  hostname ?? (addresses[0] ?? '').replace(/[.:]/g, '-')

function addressRecords(name: string, addresses: string[]): ZoneRecord[] {
  return addresses
    .filter(data => data && data !== 'None')
    .map(canonicalLegacyIp)
    .map(data => ({ type: data.includes(':') ? 'AAAA' : 'A', name, data }))
}

/** `10-244-0-3.default.pod`: any address, as the specification's `pods insecure`. */
function podAnswer(name: string, labels: string[], type: string): ZoneAnswer | undefined {
  if (labels.length < 2) return nothing
  const parts = (labels[0] ?? '').split('-')
  const isIpv4 = parts.length === 4 && parts.every(part => /^\d{1,3}$/.test(part) && +part < 256)
  if (labels.length > 2 || !isIpv4) return undefined
  return answer(type === 'A' ? [{ type: 'A', name, data: parts.join('.') }] : [])
}
