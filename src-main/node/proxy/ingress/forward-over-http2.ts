import type { ServerResponse } from 'node:http'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { pipeline } from 'node:stream'
import { errorMessage } from '#base/errors.ts'
import type { Backend } from '../service-ports.ts'
import type { BackendConnections } from './backend-connections.ts'
import { BrokenOffError, breakOff, NoBackendError, type ProxyResponse } from './forward-request.ts'
import {
  backendHeaders,
  type Entrance,
  hasBody,
  type ProxyRequest,
  passedOn,
} from './forwarded-headers.ts'

/**
 * Sends a request by HTTP/2 to the first backend that can be reached, and streams both ways at once, trailers included, as
 * gRPC needs it. Throws `NoBackendError` or `BrokenOffError` while nothing was answered; once the answer has begun, a
 * break is passed on.
 */
export async function forwardOverHttp2(
  request: ProxyRequest,
  response: ProxyResponse,
  backends: readonly Backend[],
  { connections, entrance }: { connections: BackendConnections; entrance: Entrance },
): Promise<void> {
  let failure: unknown
  for (const backend of backends) {
    if (response.destroyed) return
    let session: ClientHttp2Session
    try {
      session = await connections.sessions.sessionFor(backend)
    } catch (error) {
      failure = error
      continue
    }
    return send(request, response, session, entrance)
  }
  throw new NoBackendError(errorMessage(failure), { cause: failure })
}

async function send(
  request: ProxyRequest,
  response: ProxyResponse,
  session: ClientHttp2Session,
  entrance: Entrance,
): Promise<void> {
  const stream = session.request(headersFor(request, entrance), { endStream: !hasBody(request) })
  const onClose = () => stream.close(constants.NGHTTP2_CANCEL)
  response.once('close', onClose)
  stream.once('close', () => response.off('close', onClose))
  if (hasBody(request)) pipeline(request, stream, () => {})
  let headers: IncomingHttpHeaders & { ':status'?: number }
  try {
    headers = await answerTo(stream)
  } catch (error) {
    throw new BrokenOffError(errorMessage(error), { cause: error })
  }
  relay(stream, headers, response)
}

function headersFor(request: ProxyRequest, entrance: Entrance): OutgoingHttpHeaders {
  const {
    host,
    'transfer-encoding': _,
    ...headers
  }: OutgoingHttpHeaders = backendHeaders(request, entrance)
  const wantsTrailers = /\btrailers\b/.test(String(request.headers['te']))
  return {
    ':method': request.method ?? 'GET',
    ':path': request.url ?? '/',
    ':scheme': 'http',
    ':authority': host,
    ...headers,
    ...(wantsTrailers ? { te: 'trailers' } : {}),
  }
}

function answerTo(
  stream: ClientHttp2Stream,
): Promise<IncomingHttpHeaders & { ':status'?: number }> {
  return new Promise((resolve, reject) => {
    stream.once('response', resolve)
    stream.on('error', reject)
    stream.once('close', () => reject(new Error('the stream was closed without an answer')))
  })
}

function relay(
  stream: ClientHttp2Stream,
  headers: IncomingHttpHeaders & { ':status'?: number },
  response: ProxyResponse,
): void {
  const target = response as ServerResponse
  target.writeHead(headers[':status'] ?? 502, passedOn(headers))
  target.flushHeaders()
  stream.once('trailers', trailers => target.addTrailers(passedOn(trailers)))
  stream.once('error', () => breakOff(response))
  stream.once('aborted', () => breakOff(response))
  stream.pipe(target)
}
