import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import { errorMessage } from '#base/errors.ts'
import type { KeyPair } from './issue-certificates.ts'

/** One HTTP server and who we are to it. */
export interface HttpServer {
  /** `https://127.0.0.1:6443`, perhaps with a path that every request's path is put behind. */
  url: string
  /** PEM; without it the system's authorities are trusted. */
  ca?: string
  clientCertificate?: KeyPair
  /** The name the server's certificate must carry, when it isn't the host of `url`. */
  serverName?: string
  insecureSkipTlsVerify?: boolean
  /** A UNIX socket or Windows pipe to connect to instead of the host of `url`. */
  socketPath?: string
  /** Opens the raw connection, for proxies; the host of `url` is dialled otherwise. */
  connect?: () => Promise<Duplex>
  /** Asked before each request: credentials and impersonation. */
  headers?: () => Record<string, string | string[]> | Promise<Record<string, string | string[]>>
}

/** The server could not be reached, or the connection broke before it answered; `cause` has Node's own error. */
export class HttpConnectionError extends Error {
  override readonly name = 'HttpConnectionError'
  /** Node's code, such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
  readonly code: string | undefined

  constructor(url: string, cause: unknown) {
    super(`${url}: ${errorMessage(cause)}`, { cause })
    this.code = (cause as { code?: string } | undefined)?.code
  }
}

/** An open connection to the server as its URL says: plain, or TLS that offers `protocols`. */
export async function connectTo(server: HttpServer, protocols: string[]): Promise<Duplex> {
  const url = new URL(server.url)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isTls = url.protocol === 'https:'
  const port = Number(url.port || (isTls ? 443 : 80))
  const raw = server.connect
    ? await server.connect()
    : net.connect(server.socketPath ? { path: server.socketPath } : { host, port })
  if (!isTls) {
    if (!server.connect) await opened(raw, 'connect')
    return raw
  }
  const name = server.serverName ?? (net.isIP(host) ? undefined : host)
  const secured = tls.connect({
    socket: raw,
    host,
    ALPNProtocols: protocols,
    ...(name ? { servername: name } : {}),
    ...(server.ca ? { ca: server.ca } : {}),
    ...(server.clientCertificate
      ? { cert: server.clientCertificate.certificate, key: server.clientCertificate.key }
      : {}),
    ...(server.insecureSkipTlsVerify ? { rejectUnauthorized: false } : {}),
  })
  raw.on('error', error => secured.destroy(error))
  secured.on('error', ignore)
  await opened(secured, 'secureConnect')
  return secured
}

/** Whoever waits hears of an error; one that comes when nobody waits must not end the process. */
function ignore(): void {}

function opened(socket: Duplex, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      socket.off(event, settle).off('error', settle).off('close', onClose)
      if (error) reject(error)
      else resolve()
    }
    const onClose = () => settle(new Error('the connection was closed while it was opened'))
    socket.once(event, settle).once('error', settle).once('close', onClose)
  })
}
