import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { ensureApiService, publishApiEndpoints } from './apiserver/bootstrap/api-service.ts'
import { createApiServer, type RunningApiServer } from './apiserver/create-api-server.ts'
import { CertificateRenewal } from './apiserver/http/certificate-renewal.ts'
import { HttpServer } from './apiserver/http/http-server.ts'
import { serveHttp } from './apiserver/http/serve.ts'
import { InProcessTransport } from './apiserver/in-process.ts'
import type { Services } from './apiserver/services.ts'
import { type OpeningCertificates, shownBy } from './cluster-certificates.ts'
import { resources } from './resources/index.ts'
import type { Store } from './storage/store.ts'

export interface ServedApiOptions {
  store: Store
  certificates: OpeningCertificates
  onCertificatesRenewed: (() => void) | undefined
  /** What is listened on: an address, and a port that is asked for when it is time; 0 for any free one. */
  host: string
  port: () => Promise<number>
  serviceCidr: string
  /** The address of the API server's own Service. */
  apiServiceAddress: string
  issuer: string
  compactionIntervalMs: number | undefined
  clock: Clock
  logger: Logger
}

/** The API server while it serves: over HTTPS, and inside the process. */
export class ServedApi implements AsyncDisposable {
  readonly port: number
  readonly #api: RunningApiServer
  readonly #http: HttpServer
  readonly #owned: AsyncDisposableStack
  readonly #hosts: string[]

  private constructor(
    { host }: ServedApiOptions,
    port: number,
    parts: { api: RunningApiServer; http: HttpServer; owned: AsyncDisposableStack },
  ) {
    this.port = port
    this.#hosts = [host]
    this.#api = parts.api
    this.#http = parts.http
    this.#owned = parts.owned
  }

  /** Reads the store, listens, and says in the cluster where it does. */
  static async start(options: ServedApiOptions): Promise<ServedApi> {
    const { host, clock, logger } = options
    await using starting = new AsyncDisposableStack()
    const api = starting.use(await openApi(options))
    const identity = await options.certificates.identity
    const http = starting.use(
      new HttpServer({
        certificates: shownBy(identity),
        clock,
        logger,
        ...serveHttp(api.server),
      }),
    )
    const port = await http.listen(host, await options.port())
    if (host === '127.0.0.1') await listenOnIPv6Loopback(http, port, logger)
    starting.defer(() => api.server.services.caches.finishWatches())
    api.state.address = `${host}:${port}`
    const { services, writer } = api.server
    await Promise.all([
      ensureApiService(services, writer, options.apiServiceAddress, port),
      publishApiEndpoints(services, writer, [host], port),
    ])
    starting.use(await keepFresh(options, http))
    return new ServedApi(options, port, { api, http, owned: starting.move() })
  }

  get services(): Services {
    return this.#api.server.services
  }

  /** The way in for one user, without a wire; RBAC applies. */
  transport(user: { name: string; groups: string[] }): InProcessTransport {
    return new InProcessTransport(this.#api.server, user)
  }

  /** Serves on one more address, on the same port. */
  async addListener(host: string): Promise<void> {
    await this.#http.listen(host, this.port)
    await this.advertise(host)
  }

  /** Names an address as the API server's in the endpoints of its Service. */
  async advertise(address: string): Promise<void> {
    this.#hosts.push(address)
    await publishApiEndpoints(this.services, this.#api.server.writer, this.#hosts, this.port)
  }

  /** `/readyz` says from now on that it stops, while what works through it still ends its work. */
  announceStop(): void {
    this.#api.state.isStopping = true
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync()
  }
}

async function keepFresh(
  { certificates, onCertificatesRenewed, clock, logger }: ServedApiOptions,
  http: HttpServer,
): Promise<CertificateRenewal> {
  const all = await certificates.all
  return new CertificateRenewal({
    clock,
    logger,
    current: all.current,
    ensure: () => all.renew(),
    renewed(renewed) {
      http.setCertificates(shownBy(renewed))
      onCertificatesRenewed?.()
    },
  })
}

async function openApi(options: ServedApiOptions): Promise<RunningApiServer> {
  const { store, clock, logger, serviceCidr, issuer, compactionIntervalMs } = options
  const serviceAccountKey = options.certificates.identity.then(
    identity => identity.serviceAccountKey,
  )
  serviceAccountKey.catch(() => {})
  return createApiServer({
    store,
    definitions: resources,
    clock,
    logger,
    serviceCidr,
    serviceAccountKey,
    issuer,
    ...(compactionIntervalMs ? { compactionIntervalMs } : {}),
  })
}

/** `localhost` may mean ::1 to clients; a machine without IPv6 goes without. */
async function listenOnIPv6Loopback(http: HttpServer, port: number, logger: Logger): Promise<void> {
  try {
    await http.listen('::1', port)
  } catch (error) {
    logger.debug(`the API server does not listen on ::1: ${errorMessage(error)}`)
  }
}
