import type { Clock } from '#base/clock.ts'
import type { Informer } from '#client/informer.ts'
import type { Service, ServicePort } from '#kubernetes/api/core-v1.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import type { ServiceBackendPort } from '#kubernetes/api/networking-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { BackendPicker } from '../backend-picker.ts'
import { bySlicedService, indexByService, serviceOf } from '../endpoint-slices.ts'
import { type Backend, findBackends, readyAddresses } from '../service-ports.ts'

/** Pods to try, in this order, and whether they speak HTTP/2 alone; or why there are none. */
export type Candidates =
  | { backends: Backend[]; speaksHttp2: boolean; problem?: never }
  | { problem: string }

/** Resolves the services that ingresses name to addresses of ready pods, in turn. */
export class ServiceBackends implements Disposable {
  readonly #services: Informer<Service>
  readonly #slices: Informer<EndpointSlice>
  readonly #clock: Clock
  readonly #domain: string
  readonly #owned = new DisposableStack()
  /** By service, then by its port's number. */
  readonly #known = new Map<string, Map<number, BackendPicker>>()

  /** `onGone` hears of addresses that are no longer ready; `domain` is the cluster's own. */
  constructor(
    services: Informer<Service>,
    slices: Informer<EndpointSlice>,
    { clock, domain, onGone }: { clock: Clock; domain: string; onGone: (backend: Backend) => void },
  ) {
    this.#domain = domain
    this.#services = services
    this.#slices = slices
    this.#clock = clock
    indexByService(slices)
    const onService = (service: Stored<Service>) => this.#changed(keyOf(service))
    this.#owned.use(services.on({ added: onService, updated: onService, deleted: onService }))
    const onSlice = (slice: EndpointSlice, old?: EndpointSlice) => {
      this.#changed(serviceOf(slice))
      if (old) for (const backend of missing(old, slice)) onGone(backend)
    }
    this.#owned.use(
      slices.on({
        added: slice => onSlice(slice),
        updated: onSlice,
        deleted: slice => onSlice({ ...slice, endpoints: [] }, slice),
      }),
    )
  }

  [Symbol.dispose](): void {
    this.#owned.dispose()
  }

  /** Pods behind a port of a service, or the host that it stands for. Each call begins with another one. */
  find(namespace: string, name: string, port: ServiceBackendPort | undefined): Candidates {
    const key = `${namespace}/${name}`
    const service = this.#services.get(key)
    if (!service) return { problem: `there is no Service ${key}` }
    if (service.spec.type === 'ExternalName') return this.#findExternal(service, port)
    const wanted = portOf(service, port)
    if (!wanted) return { problem: `the Service ${key} has no port ${port?.name ?? port?.number}` }
    const picker = this.#pickerOf(key, wanted)
    const backends = picker.order('')
    return backends.length
      ? { backends, speaksHttp2: wanted.appProtocol === http2Protocol }
      : { problem: `the Service ${key} has no ready pods` }
  }

  /** A name of this cluster leads to that service's pods, unless it is an alias again; any other one to its host. */
  #findExternal(service: Stored<Service>, port: ServiceBackendPort | undefined): Candidates {
    const { metadata, spec } = service
    const key = `${metadata.namespace}/${metadata.name}`
    const host = (spec.externalName ?? '').toLowerCase().replace(/\.$/, '')
    const suffix = `.svc.${this.#domain}`
    const [name = '', namespace = '', ...deeper] = host.endsWith(suffix)
      ? host.slice(0, -suffix.length).split('.')
      : []
    if (name && namespace && !deeper.length) {
      const isAlias = this.#services.get(`${namespace}/${name}`)?.spec.type === 'ExternalName'
      if (!isAlias) return this.find(namespace, name, port)
      return {
        problem: `the Service ${key} is an alias of ${namespace}/${name}, which is one itself`,
      }
    }
    const wanted = portOf(service, port)
    const number = port?.number ?? wanted?.port
    if (!number) return { problem: `the Service ${key} has no port ${port?.name ?? ''}` }
    const speaksHttp2 = wanted?.appProtocol === http2Protocol
    return { backends: [{ address: host, port: number }], speaksHttp2 }
  }

  #changed(key: string): void {
    const ports = this.#known.get(key)
    const service = this.#services.get(key)
    for (const [number, picker] of ports ?? []) {
      const port = service?.spec.ports?.find(one => one.port === number)
      if (port) picker.set(this.#readyBehind(key, port), undefined)
      else ports?.delete(number)
    }
    if (!service) this.#known.delete(key)
  }

  #pickerOf(key: string, port: ServicePort): BackendPicker {
    const ports = this.#known.get(key) ?? new Map<number, BackendPicker>()
    this.#known.set(key, ports)
    const known = ports.get(port.port)
    if (known) return known
    const picker = new BackendPicker(this.#clock)
    picker.set(this.#readyBehind(key, port), undefined)
    ports.set(port.port, picker)
    return picker
  }

  #readyBehind(key: string, { name = '', protocol = 'TCP' }: ServicePort): Backend[] {
    return findBackends(this.#slices.byIndex(bySlicedService, key), name, protocol)
  }
}

/** HTTP/2 without TLS, as KEP-3726 names it in a Service's `appProtocol`. */
const http2Protocol = 'kubernetes.io/h2c'

const portOf = ({ spec }: Service, port: ServiceBackendPort | undefined): ServicePort | undefined =>
  spec?.ports?.find(one => (port?.name ? one.name === port.name : one.port === port?.number))

/** The addresses that were ready and aren't any more. */
function missing(old: EndpointSlice, now: EndpointSlice): Backend[] {
  const left = new Set(readyAddresses(now).map(format))
  return readyAddresses(old).filter(backend => !left.has(format(backend)))
}

const format = ({ address, port }: Backend) => `${address}:${port}`
