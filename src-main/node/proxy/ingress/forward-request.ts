import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import { pipeline } from 'node:stream'
import { errorMessage } from '#base/errors.ts'
import type { Backend } from '../service-ports.ts'
import type { BackendConnections } from './backend-connections.ts'
import {
  backendHeaders,
  clientHeaders,
  type Entrance,
  hasBody,
  type ProxyRequest,
} from './forwarded-headers.ts'

export type ProxyResponse = ServerResponse | Http2ServerResponse

/** No backend took the request; the message says what the last one did. */
export class NoBackendError extends Error {
  override readonly name = 'NoBackendError'
}

/** A backend broke off when the request was, or may have been, on its way already: it can't be sent again. */
export class BrokenOffError extends Error {
  override readonly name = 'BrokenOffError'
}

/** Asking twice is asking once (RFC 9110, 9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'])

/**
 * Sends a request to the first backend that takes it and streams the answer to the client. Another backend is tried when
 * a connection can't be opened, and, for requests without a body that may be repeated, when one breaks off before it
 * answered. Throws `NoBackendError` or `BrokenOffError` while nothing was answered; once the answer has begun, a break is passed on.
 */
export async function forwardRequest(
  request: ProxyRequest,
  response: ProxyResponse,
  backends: readonly Backend[],
  way: { connections: BackendConnections; entrance: Entrance },
): Promise<void> {
  const mayRepeat = idempotent.has(request.method ?? '') && !hasBody(request)
  let failure: unknown
  for (const backend of backends) {
    if (response.destroyed) return
    try {
      const answer = await (mayRepeat
        ? sendRepeatable(request, response, backend, way)
        : sendOnce(request, response, backend, way))
      relay(answer, response)
      return
    } catch (error) {
      if (error instanceof BrokenOffError) throw error
      failure = error
    }
  }
  throw new NoBackendError(errorMessage(failure), { cause: failure })
}

type Way = Parameters<typeof forwardRequest>[3]

/** A kept connection that turns out to be closed says nothing of the backend: a second go takes a fresh one. */
async function sendRepeatable(
  request: ProxyRequest,
  response: ProxyResponse,
  backend: Backend,
  way: Way,
): Promise<IncomingMessage> {
  const agent = way.connections.agentFor(backend)
  const first = openRequest(request, response, way.entrance, { agent })
  first.end()
  try {
    return await answerTo(first)
  } catch (error) {
    if (!first.reusedSocket) throw error
  }
  const socket = await way.connections.connect(backend)
  const second = openRequest(request, response, way.entrance, { createConnection: () => socket })
  second.end()
  return answerTo(second)
}

/** The body is read from the client only when the connection stands, and then there is no way back. */
async function sendOnce(
  request: ProxyRequest,
  response: ProxyResponse,
  backend: Backend,
  { connections, entrance }: Way,
): Promise<IncomingMessage> {
  const socket = await connections.connect(backend)
  const outgoing = openRequest(request, response, entrance, { createConnection: () => socket })
  const answer = answerTo(outgoing)
  pipeline(request, outgoing, error => {
    if (error && !outgoing.destroyed) outgoing.destroy(error)
  })
  try {
    return await answer
  } catch (error) {
    throw new BrokenOffError(errorMessage(error), { cause: error })
  }
}

function openRequest(
  request: ProxyRequest,
  response: ProxyResponse,
  entrance: Entrance,
  connection: Pick<http.RequestOptions, 'agent' | 'createConnection'>,
): http.ClientRequest {
  const outgoing = http.request({
    ...connection,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: backendHeaders(request, entrance),
    setHost: false,
  })
  // The client went: nobody waits for the answer.
  const onClose = () => outgoing.destroy()
  response.once('close', onClose)
  outgoing.once('close', () => response.off('close', onClose))
  return outgoing
}

function answerTo(outgoing: http.ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.on('error', reject)
    outgoing.once('close', () => reject(new Error('the connection was closed without an answer')))
  })
}

/** Lets a client know that its answer doesn't come whole; over HTTP/2 a stream that merely ends would seem complete. */
export function breakOff(response: ProxyResponse): void {
  if ('stream' in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  else response.destroy()
}

function relay(answer: IncomingMessage, response: ProxyResponse): void {
  const target = response as ServerResponse
  target.writeHead(answer.statusCode ?? 502, clientHeaders(answer))
  // Where the body is late, as with events that a server sends, the head goes ahead of it.
  if (!answer.readableLength && !answer.complete) target.flushHeaders()
  answer.once('error', () => breakOff(response))
  answer.pipe(target)
}
