import type { IncomingMessage } from 'node:http'
import type { ServerRequest } from '../server-request.ts'

/** Headers of one connection only (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
/** What the client proved itself with is for the API server alone. */
const isPrivate = (name: string) => name === 'authorization' || name.startsWith('impersonate-')

/** What the backend gets to see of a request's headers. `host` names the backend. */
export function requestHeaders(
  request: ServerRequest,
  host: string,
): Record<string, string | string[]> {
  const listed = connectionOptions(request.header('connection'))
  const headers: Record<string, string | string[]> = {}
  for (const [name, values] of request.headersStarting('')) {
    if (name.startsWith(':') || name === 'host' || isPrivate(name)) continue
    if (hopByHop.has(name) || listed.has(name)) continue
    headers[name] = values.length === 1 ? (values[0] ?? '') : values
  }
  // The links of pages are rewritten, which needs them as they are.
  if (/\btext\/html\b/i.test(request.header('accept') ?? ''))
    headers['accept-encoding'] = 'identity'
  headers['host'] = host
  headers['x-forwarded-uri'] = request.path
  const clientHost = request.header('host') ?? request.header(':authority')
  if (clientHost) headers['x-forwarded-host'] = clientHost
  headers['x-forwarded-proto'] = 'https'
  return headers
}

/** What the client gets to see of an answer's headers. */
export function responseHeaders(answer: IncomingMessage): Record<string, string | string[]> {
  const listed = connectionOptions(answer.headers.connection)
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined && !hopByHop.has(name) && !listed.has(name)) headers[name] = value
  return headers
}

const connectionOptions = (header: string | undefined): Set<string> =>
  new Set((header ?? '').split(',').map(name => name.trim().toLowerCase()))
