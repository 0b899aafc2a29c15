import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { errorMessage } from '#base/errors.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { byteDuplex } from '#platform/node-streams.ts'
import type { ClusterDialer } from '../cluster-dialer.ts'
import type { ServerRequest } from '../server-request.ts'
import { requestHeaders } from './proxy-headers.ts'
import type { ProxyTarget } from './proxy-target.ts'

/** `host:port`, without the port where it is the scheme's own. */
export function hostOf({ scheme, address, port }: ProxyTarget): string {
  const host = address.includes(':') ? `[${address}]` : address
  return port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`
}

/**
 * Opens a connection into the cluster and begins the request on it; the caller sends the body and waits for the
 * answer. Certificates of backends aren't checked, as upstream doesn't. Throws a 503 when nobody listens.
 */
export async function beginRequest(
  dialer: ClusterDialer,
  target: ProxyTarget,
  options: { request: ServerRequest; path: string; headers?: Record<string, string> },
): Promise<ClientRequest> {
  const { request, path } = options
  const { address, port } = target
  const stream = await dialer.dial({ address, port }, request.signal).catch(failed)
  const http = await import('node:http')
  const plain = byteDuplex(stream)
  const socket =
    target.scheme === 'https'
      ? (await import('node:tls')).connect({ socket: plain, rejectUnauthorized: false })
      : plain
  return http.request({
    method: request.method,
    path,
    headers: { ...requestHeaders(request, hostOf(target)), ...options.headers },
    signal: request.signal,
    createConnection: () => socket,
  })
}

/** Sends the body as it comes and answers the head of what comes back. Throws a 503 when the connection breaks first. */
export async function exchange(
  outgoing: ClientRequest,
  body: Readable | undefined,
): Promise<IncomingMessage> {
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
  })
  if (body) body.on('error', () => outgoing.destroy()).pipe(outgoing)
  else outgoing.end()
  return answer.catch(failed)
}

/** Throws the Status that clients get when a backend can't be reached. */
export function failed(error: unknown): never {
  throw statusError('ServiceUnavailable', `error trying to reach service: ${errorMessage(error)}`)
}
