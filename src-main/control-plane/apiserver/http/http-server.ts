import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { ServerRequest, UserInfo } from '../server-request.ts'
import type { Exchange } from './exchange.ts'
import { Http1Exchange, http1Request } from './http1-exchange.ts'
import { closeSignal, Http2Exchange } from './http2-exchange.ts'

export interface ServerCertificates {
  key: string
  certificate: string
  /** Signs client certificates. */
  ca: string
}

interface HttpServerOptions {
  certificates: ServerCertificates
  clock: Clock
  logger: Logger
  serve(exchange: Exchange): void
  upgrade(request: ServerRequest, refuse: (status: number, body: string) => void): void
}

const streamsPerConnection = 250
const keepAliveMs = 90_000
/** How long answers may take to end once the server stops. */
const closingMs = 500
type Identity = { user: UserInfo | undefined; badCertificate: boolean }

/**
 * The API over TLS: HTTP/2 and HTTP/1.1 on the same ports, client certificates asked for but not demanded.
 * Every listening address is a server of its own; they share everything else.
 */
export class HttpServer implements AsyncDisposable {
  readonly #options: HttpServerOptions
  readonly #servers = new Map<string, Http2SecureServer>()
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #upgraded = new Set<Duplex>()
  readonly #identities = new WeakMap<object, Identity>()
  #certificates: ServerCertificates

  constructor(options: HttpServerOptions) {
    this.#options = options
    this.#certificates = options.certificates
  }

  /** Listens on one more address and answers the port. Throws when the port is taken. */
  async listen(host: string, port: number): Promise<number> {
    const server = this.#createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, () => {
        server.removeListener('error', reject)
        resolve()
      })
    })
    server.on('error', error => this.#options.logger.warn('the API server has trouble', { error }))
    this.#servers.set(`${host}:${port}`, server)
    return (server.address() as AddressInfo).port
  }

  /** Uses renewed certificates for new connections. */
  setCertificates(certificates: ServerCertificates): void {
    this.#certificates = certificates
    for (const server of this.#servers.values()) server.setSecureContext(this.#tlsOptions())
  }

  /** Stops listening, lets what is being answered end, and closes every connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = [...this.#servers.values()].map(
      server => new Promise<void>(resolve => server.close(() => resolve())),
    )
    for (const session of this.#sessions) session.close()
    for (const socket of this.#upgraded) socket.destroy()
    for (const server of this.#servers.values()) {
      ;(server as unknown as { closeIdleConnections?(): void }).closeIdleConnections?.()
    }
    using _force = this.#options.clock.after(closingMs, () => {
      for (const session of this.#sessions) session.destroy()
      for (const server of this.#servers.values()) {
        ;(server as unknown as { closeAllConnections?(): void }).closeAllConnections?.()
      }
    })
    await Promise.all(closed)
    this.#servers.clear()
  }

  #tlsOptions() {
    const { key, certificate: cert, ca } = this.#certificates
    return { key, cert, ca, minVersion: 'TLSv1.2' as const }
  }

  #createServer(): Http2SecureServer {
    const server = createSecureServer({
      ...this.#tlsOptions(),
      allowHTTP1: true,
      requestCert: true,
      rejectUnauthorized: false,
      maxSessionMemory: 1000,
      settings: { maxConcurrentStreams: streamsPerConnection, initialWindowSize: 1024 * 1024 },
    })
    server.on('request', (message: unknown, response: unknown) =>
      this.#onRequest(message as IncomingMessage, response as ServerResponse),
    )
    // A 'request' listener makes Node answer HTTP/2 through its compatibility layer too; our own listener takes its place.
    server.removeAllListeners('stream')
    server.on(
      'stream',
      (
        stream: ServerHttp2Stream,
        headers: IncomingHttpHeaders,
        _flags: number,
        rawHeaders: string[],
      ) => this.#onStream(stream, headers, rawHeaders),
    )
    server.on('session', session => this.#onSession(session))
    server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#onUpgrade(message, socket, head),
    )
    server.on('sessionError', () => {})
    server.on('tlsClientError', refuseHandshake)
    server.on('clientError', (_error: Error, socket: Duplex) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
    })
    Object.assign(server, { keepAliveTimeout: keepAliveMs })
    return server
  }

  #onSession(session: ServerHttp2Session): void {
    this.#sessions.add(session)
    session.on('close', () => this.#sessions.delete(session))
    session.on('error', () => {})
  }

  #onStream(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
  ): void {
    // Before anything else: a stream that was reset as it came tells so to whoever listens, or ends the process.
    stream.on('error', () => {})
    const { session } = stream
    if (!session) return
    const identity = this.#identify(session, () => session.socket as TLSSocket)
    this.#options.serve(new Http2Exchange(stream, headers, rawHeaders, identity))
  }

  #onRequest(message: IncomingMessage, response: ServerResponse): void {
    const socket = message.socket as TLSSocket
    const identity = this.#identify(socket, () => socket)
    this.#options.serve(new Http1Exchange(message, response, identity))
  }

  #onUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#upgraded.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#upgraded.delete(socket))
    const identity = this.#identify(socket, () => socket as TLSSocket)
    const request = http1Request(message, () => closeSignal(socket), identity, {
      message,
      socket,
      head,
    })
    this.#options.upgrade(request, (status, body) => refuseUpgrade(socket, status, body))
  }

  /** Who the connection's certificate names; worked out once a connection. */
  #identify(owner: object, socketOf: () => TLSSocket): Identity {
    let identity = this.#identities.get(owner)
    if (!identity) {
      identity = identityOf(socketOf())
      this.#identities.set(owner, identity)
    }
    return identity
  }
}

/** User from the common name, groups from the organizations; no identity without a certificate. */
function identityOf(socket: TLSSocket): Identity {
  const certificate = socket.getPeerCertificate()
  if (!certificate?.raw) return { user: undefined, badCertificate: false }
  if (!socket.authorized) return { user: undefined, badCertificate: true }
  const { CN, O } = certificate.subject as { CN?: string | string[]; O?: string | string[] }
  const name = [CN ?? ''].flat()[0] ?? ''
  return { user: { name, groups: O === undefined ? [] : [O].flat() }, badCertificate: false }
}

/** What is no TLS gets no answer, but for HTTP, whose client is told as Go's servers do. */
function refuseHandshake({ code }: NodeJS.ErrnoException, socket: TLSSocket): void {
  // Node.js offers no public way to the connection under a handshake that failed.
  const connection = (socket as unknown as { _parent?: Duplex })._parent
  if (code !== 'ERR_SSL_HTTP_REQUEST' || !connection?.writable) {
    socket.destroy()
    return
  }
  const text = 'Client sent an HTTP request to an HTTPS server.'
  connection.on('error', () => {})
  connection.end(`HTTP/1.0 400 Bad Request\r\n\r\n${text}\n`, () => socket.destroy())
}

function refuseUpgrade(socket: Duplex, status: number, body: string): void {
  if (!socket.writable) return
  const type = body.startsWith('{') ? 'application/json' : 'text/plain; charset=utf-8'
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: ${type}\r\n`
  socket.end(
    `${head}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
