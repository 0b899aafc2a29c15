import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'

/** A request as either version of the protocol brings it. */
export type ProxyRequest = IncomingMessage | Http2ServerRequest

export type Headers = Record<string, string | string[]>

/** What belongs to one connection and is not passed on (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/** Where the request came in. */
export interface Entrance {
  scheme: 'http' | 'https'
  /** The port the proxy listens on. */
  port: number
}

/** The host that a request is for, as its client wrote it. */
export const requestedHost = (request: ProxyRequest): string =>
  request.headers[':authority']?.toString() ?? request.headers.host ?? ''

/** Whether a body comes with a request; both versions say so up front. */
export function hasBody(request: ProxyRequest): boolean {
  if ('stream' in request && request.stream) return !request.stream.endAfterHeaders
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  return encoding !== undefined || Number(length ?? 0) > 0
}

/**
 * A request's headers for the backend: its own host kept, the connection's headers left out, and `X-Forwarded-*` set to
 * what is known here, whatever the client claimed.
 */
export function backendHeaders(request: ProxyRequest, entrance: Entrance): Headers {
  const headers = passedOn(request.headers)
  const client = request.socket?.remoteAddress ?? ''
  const host = requestedHost(request)
  const isChunked = hasBody(request) && headers['content-length'] === undefined
  return {
    ...headers,
    host,
    'x-forwarded-for': client,
    'x-real-ip': client,
    'x-forwarded-host': host,
    'x-forwarded-port': String(entrance.port),
    'x-forwarded-proto': entrance.scheme,
    ...(isChunked ? { 'transfer-encoding': 'chunked' } : {}),
  }
}

/** A response's headers for the client. */
export const clientHeaders = (response: IncomingMessage): Headers =>
  passedOn(response.headersDistinct)

/** What of a message's headers goes on from here; pseudo headers and those of one connection stay. */
export function passedOn(all: NodeJS.Dict<string | string[]>): Headers {
  const named = [all['connection'] ?? []]
    .flat()
    .flatMap(text => text.toLowerCase().split(/\s*,\s*/))
  const kept: Headers = {}
  for (const [name, value] of Object.entries(all)) {
    if (value === undefined || name.startsWith(':') || hopByHop.has(name)) continue
    if (!named.includes(name)) kept[name] = value
  }
  return kept
}
