import type { Socket } from 'node:net'
import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import { EventRecorder } from '#client/events.ts'
import type { Informer } from '#client/informer.ts'
import {
  endpointSlices,
  ingressClasses,
  ingresses,
  secrets,
  services,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import type { Secret } from '#kubernetes/api/core-v1.ts'
import type { Ingress, IngressClass } from '#kubernetes/api/networking-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import type { Dial } from '../tcp-forward.ts'
import { BackendConnections } from './backend-connections.ts'
import type { Entrance } from './forwarded-headers.ts'
import { IngressCertificates } from './ingress-certificates.ts'
import { IngressEntrances } from './ingress-entrances.ts'
import { IngressPorts, type Scheme } from './ingress-ports.ts'
import { IngressServer, type IngressSite } from './ingress-server.ts'
import { writeIngressStatus } from './ingress-status.ts'
import { OwnIngresses } from './own-ingresses.ts'
import { RoutingTable } from './routing-table.ts'
import { type Candidates, ServiceBackends } from './service-backends.ts'

export interface IngressOptions {
  informers: SharedInformers
  /** Writes the status of ingresses and events. */
  client: Client
  /** The way to pods. */
  dial: Dial
  /** The cluster's own, below which its services have their names. */
  domain: string
  /** Where the chosen ports are kept. */
  dataDir: string
  /** Ports to listen on; without them 80 and 443 where they can be had. */
  ports?: { http?: number; https?: number }
  clock: Clock
  logger: Logger
}

/**
 * Serves the ingresses of our class on localhost: listens while there are any, finds the Service by host and path, and
 * sends requests straight to its ready pods. What changes in the API takes effect with the next request.
 */
export class IngressProxy implements AsyncDisposable {
  readonly #options: IngressOptions
  readonly #owned = new AsyncDisposableStack()
  readonly #own: OwnIngresses
  readonly #ingresses: Informer<Ingress>
  readonly #secrets: Informer<Secret>
  readonly #certificates: IngressCertificates
  readonly #entrances: IngressEntrances
  readonly #recorder: EventRecorder
  readonly #site: IngressSite
  /** By uid: what was last said to be wrong with an ingress. */
  readonly #problems = new Map<string, string>()
  #table = new RoutingTable([])
  #isStale = false
  #announcing = Promise.resolve()
  /** Resolves when the ingresses that were there at the start are served. */
  readonly synced: Promise<void>

  constructor(options: IngressOptions) {
    const { client, clock, logger, dial, informers } = options
    this.#options = options
    this.#recorder = this.#owned.use(
      new EventRecorder({ client, clock, logger, component: 'ingress-controller' }),
    )
    this.#ingresses = this.#owned.use(informers.use(ingresses)).informer
    const classes = this.#owned.use(informers.use(ingressClasses)).informer
    this.#own = new OwnIngresses(this.#ingresses, classes)
    this.#secrets = this.#owned.use(informers.use(secrets)).informer
    this.#certificates = new IngressCertificates(key => this.#secrets.get(key), clock)
    const connections = this.#owned.use(new BackendConnections(dial, clock))
    const serviceInformer = this.#owned.use(informers.use(services)).informer
    const slices = this.#owned.use(informers.use(endpointSlices)).informer
    const backends = this.#owned.use(
      new ServiceBackends(serviceInformer, slices, {
        clock,
        domain: options.domain,
        onGone: backend => connections.retire(backend),
      }),
    )
    this.#site = {
      connections,
      find: (host, path) => this.#find(host, path, backends),
      certificateFor: name => this.#certificates.contextFor(name),
    }
    this.#entrances = this.#owned.use(
      new IngressEntrances({
        ports: new IngressPorts(options.dataDir, options.ports),
        serve: entrance => this.#serve(entrance),
        onChange: () => this.#announceSoon(),
        clock,
        logger,
      }),
    )
    const all = [this.#ingresses, classes, this.#secrets, serviceInformer, slices]
    this.synced = Promise.all(all.map(({ synced }) => synced)).then(() => this.#start(classes))
    this.synced.catch(() => {})
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync()
  }

  async #start(classes: Informer<IngressClass>): Promise<void> {
    if (this.#owned.disposed) return
    const stale = () => this.#rebuildSoon()
    this.#owned.use(
      this.#ingresses.on({
        added: stale,
        updated: (ingress, old) => {
          if (this.#own.has(old) && !this.#own.has(ingress)) void this.#say(ingress, [])
          stale()
        },
        deleted: ({ metadata }) => {
          this.#problems.delete(metadata.uid)
          stale()
        },
      }),
    )
    const onSecret = (secret: Stored<Secret>) => {
      if (this.#certificates.uses(keyOf(secret))) stale()
    }
    this.#owned.use(classes.on({ added: stale, updated: stale, deleted: stale }))
    this.#owned.use(this.#secrets.on({ added: onSecret, updated: onSecret, deleted: onSecret }))
    this.#rebuild()
    await this.#entrances.settled()
  }

  /** Once for all that changes in one turn. */
  #rebuildSoon(): void {
    if (this.#isStale) return
    this.#isStale = true
    queueMicrotask(() => this.#rebuild())
  }

  #rebuild(): void {
    this.#isStale = false
    if (this.#owned.disposed) return
    const own = this.#own.list()
    this.#table = new RoutingTable(own)
    this.#certificates.set(own)
    const wanted: Scheme[] = own.length ? ['http'] : []
    if (own.some(({ spec }) => spec.tls?.length)) wanted.push('https')
    this.#entrances.want(new Set(wanted))
    void this.#entrances.settled().then(() => this.#announceSoon())
  }

  #find(host: string, path: string, backends: ServiceBackends): Candidates | undefined {
    const route = this.#table.find(host, path)
    if (!route) return undefined
    const { service } = route.backend
    if (service) return backends.find(route.namespace, service.name, service.port)
    return {
      problem: `the Ingress ${route.ingress} names a resource, which this class doesn't serve`,
    }
  }

  async #serve(entrance: Entrance): Promise<(socket: Socket) => void> {
    const fallback = entrance.scheme === 'https' ? await this.#certificates.fallback() : undefined
    const server = new IngressServer(this.#site, entrance, this.#options.logger, fallback)
    return socket => server.accept(socket)
  }

  /** One after the other, so that nothing is said twice. */
  #announceSoon(): void {
    this.#announcing = this.#announcing.then(() => this.#announce())
  }

  /** Brings status and events of every ingress up to date. */
  async #announce(): Promise<void> {
    for (const ingress of this.#own.list()) {
      if (this.#owned.disposed) return
      const schemes: Scheme[] = ingress.spec.tls?.length ? ['http', 'https'] : ['http']
      const open = schemes.flatMap(scheme => this.#entrances.get(scheme) ?? [])
      if (open.length) await this.#say(ingress, open)
      this.#warn(ingress, schemes)
    }
  }

  async #say(
    ingress: Stored<Ingress>,
    open: readonly { port: number; reason: string | undefined }[],
  ): Promise<void> {
    const { client, logger } = this.#options
    const ports = open.map(({ port }) => port)
    const isNews = await writeIngressStatus(client, ingress, ports, logger)
    if (!isNews || !open.length) return
    const words = open.map(({ port, reason }) => (reason ? `${port} (${reason})` : `${port}`))
    const message = `Served on localhost, port ${words.join(' and ')}`
    this.#recorder.record(ingress, { type: 'Normal', reason: 'Served', message }, kind)
  }

  /** Each state of affairs once. */
  #warn(ingress: Stored<Ingress>, schemes: readonly Scheme[]): void {
    const { uid } = ingress.metadata
    const certificates = this.#certificates.problems(ingress).join('; ')
    const failures = schemes.flatMap(scheme => this.#entrances.failure(scheme) ?? []).join('; ')
    const state = `${certificates}\n${failures}`
    if (state === (this.#problems.get(uid) ?? '\n')) return
    this.#problems.set(uid, state)
    const warn = (reason: string, message: string) =>
      this.#recorder.record(ingress, { type: 'Warning', reason, message }, kind)
    if (failures) warn('NotServed', failures)
    if (certificates) {
      warn('NoCertificate', `${certificates}: a self-signed certificate is used instead`)
    }
  }
}

const kind = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }
