import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import http2 from 'node:http2'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SecureContext } from 'node:tls'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { KeyPair } from '#platform/issue-certificates.ts'
import { type OwnAnswer, ownAnswer } from './answer-page.ts'
import type { BackendConnections } from './backend-connections.ts'
import { forwardOverHttp2 } from './forward-over-http2.ts'
import { BrokenOffError, breakOff, forwardRequest, type ProxyResponse } from './forward-request.ts'
import { forwardUpgrade } from './forward-upgrade.ts'
import { type Entrance, type ProxyRequest, requestedHost } from './forwarded-headers.ts'
import type { Candidates } from './service-backends.ts'

/** What the servers of both schemes ask. */
export interface IngressSite {
  /** Where a request goes; undefined without a rule for it. */
  find(host: string, path: string): Candidates | undefined
  readonly connections: BackendConnections
  /** The certificate for the name that a client asks for. */
  certificateFor(name: string): Promise<SecureContext>
}

/** As nginx keeps them; browsers give idle connections up themselves. */
const keepAliveMs = 75_000
const settings = { keepAliveTimeout: keepAliveMs, requestTimeout: 0, headersTimeout: 60_000 }

/** Speaks HTTP with clients on connections that others accept, and passes requests on as the rules say. */
export class IngressServer {
  readonly #server: http.Server | http2.Http2SecureServer
  readonly #site: IngressSite
  readonly #entrance: Entrance
  readonly #logger: Logger

  /** `fallback` is for TLS: the certificate for clients that name no host. */
  constructor(site: IngressSite, entrance: Entrance, logger: Logger, fallback?: KeyPair) {
    this.#site = site
    this.#entrance = entrance
    this.#logger = logger
    this.#server = fallback ? secureServer(site, fallback) : http.createServer(settings)
    const server = this.#server as http.Server
    server.on('request', (request, response) => void this.#answer(request, response))
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head))
  }

  /** Takes over a client's connection. */
  accept(socket: Socket): void {
    this.#server.emit('connection', socket)
  }

  async #answer(request: ProxyRequest, response: ProxyResponse): Promise<void> {
    response.on('error', () => {})
    const found = this.#find(request)
    if (!('backends' in found)) return finish(response, found)
    try {
      const way = { connections: this.#site.connections, entrance: this.#entrance }
      const forward = found.speaksHttp2 ? forwardOverHttp2 : forwardRequest
      await forward(request, response, found.backends, way)
    } catch (error) {
      if (response.headersSent) breakOff(response)
      else finish(response, this.#explain(error))
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => {})
    const found = this.#find(request)
    if (!('backends' in found)) return finishRaw(socket, found)
    try {
      const way = { connections: this.#site.connections, entrance: this.#entrance }
      await forwardUpgrade(request, socket, head, found.backends, way)
    } catch (error) {
      finishRaw(socket, this.#explain(error))
    }
  }

  #find(request: ProxyRequest): Extract<Candidates, { backends: unknown }> | OwnAnswer {
    const host = requestedHost(request)
    const path = request.url ?? '/'
    const found = this.#site.find(host, path)
    if (!found) {
      const bare = path.split('?', 1)[0]
      return ownAnswer(
        404,
        `No Ingress has a rule for ${host}${bare}.`,
        'See what is served: kubectl get ingress --all-namespaces',
      )
    }
    return 'problem' in found && found.problem !== undefined
      ? ownAnswer(
          503,
          `The backend is not there: ${found.problem}.`,
          'See: kubectl describe ingress',
        )
      : found
  }

  #explain(error: unknown): OwnAnswer {
    this.#logger.debug('a request through an ingress failed', { error: errorMessage(error) })
    return error instanceof BrokenOffError
      ? ownAnswer(502, `The backend broke off: ${error.message}.`, 'See the logs of its pods.')
      : ownAnswer(502, `No backend could be reached: ${errorMessage(error)}.`, 'See its pods.')
  }
}

function secureServer(site: IngressSite, fallback: KeyPair): http2.Http2SecureServer {
  return http2.createSecureServer({
    ...settings,
    cert: fallback.certificate,
    key: fallback.key,
    allowHTTP1: true,
    SNICallback: (name, answer) => {
      site.certificateFor(name).then(
        context => answer(null, context),
        error => answer(error),
      )
    },
  })
}

function finish(response: ProxyResponse, { status, headers, body }: OwnAnswer): void {
  const target = response as ServerResponse
  try {
    target.writeHead(status, headers)
    target.end(target.req?.method === 'HEAD' ? undefined : body)
  } catch {
    // A stream of HTTP/2 whose client has gone takes no head any more.
    target.destroy()
  }
}

function finishRaw(socket: Duplex, { status, headers, body }: OwnAnswer): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const head = [`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}`, ...lines, 'connection: close']
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
