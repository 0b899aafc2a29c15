import type { IncomingMessage } from 'node:http'
import { AsyncQueue } from '#base/async-queue.ts'
import { connectTo, HttpConnectionError, type HttpServer } from './http-server.ts'

/** An open WebSocket that carries binary messages. */
export interface WebSocketConnection {
  /** The subprotocol the server chose. */
  readonly protocol: string
  /** Ends when the connection is closed; throws when it breaks. */
  readonly messages: AsyncIterable<Uint8Array>
  /** Resolves once the bytes are handed to the system. */
  send(bytes: Uint8Array): Promise<void>
  close(): void
}

/** The server answered an upgrade with something else. */
export class UpgradeRefusedError extends Error {
  override readonly name = 'UpgradeRefusedError'
  readonly status: number
  readonly body: string

  constructor(url: string, status: number, body: string) {
    super(`${url}: the server answered ${status} to a WebSocket upgrade`)
    this.status = status
    this.body = body
  }
}

/**
 * Opens a WebSocket at `path` (with its query), offering `protocols`.
 * Throws `UpgradeRefusedError` with the server's answer, or `HttpConnectionError`.
 */
export async function openWebSocket(
  server: HttpServer,
  path: string,
  protocols: string[],
  signal?: AbortSignal,
): Promise<WebSocketConnection> {
  signal?.throwIfAborted()
  const { WebSocket } = await import('ws')
  const url = server.url.replace(/\/$/, '').replace(/^http/, 'ws') + path
  const socket = await connectTo(server, ['http/1.1']).catch(error => {
    throw new HttpConnectionError(server.url, error)
  })
  const webSocket = new WebSocket(url, protocols, {
    headers: (await server.headers?.()) ?? {},
    perMessageDeflate: false,
    createConnection: (() => socket) as never,
  })
  const messages = new AsyncQueue<Uint8Array>()
  const onAbort = () => webSocket.terminate()
  signal?.addEventListener('abort', onAbort, { once: true })
  webSocket.on('message', data => {
    messages.push(data as Buffer)
    if (messages.size >= highWater) webSocket.pause()
  })
  webSocket.once('close', () => {
    signal?.removeEventListener('abort', onAbort)
    if (signal?.aborted) messages.fail(signal.reason)
    else messages.close()
  })
  await new Promise<void>((resolve, reject) => {
    webSocket.once('open', resolve)
    webSocket.on('error', error => {
      messages.fail(error)
      reject(signal?.aborted ? signal.reason : new HttpConnectionError(server.url, error))
    })
    webSocket.once('unexpected-response', (_request, response: IncomingMessage) => {
      readRefusal(server.url, response).then(reject, reject)
    })
  })
  return {
    protocol: webSocket.protocol,
    messages: resuming(messages, webSocket),
    send: bytes =>
      new Promise((resolve, reject) => {
        webSocket.send(bytes, error => (error ? reject(error) : resolve()))
      }),
    close: () => webSocket.close(),
  }
}

const highWater = 64

/** Reading from the network goes on once the reader has caught up. */
async function* resuming(
  queue: AsyncQueue<Uint8Array>,
  socket: { resume(): void },
): AsyncGenerator<Uint8Array, void, void> {
  for await (const message of queue) {
    yield message
    if (queue.size < highWater) socket.resume()
  }
}

async function readRefusal(url: string, response: IncomingMessage): Promise<Error> {
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
  return new UpgradeRefusedError(
    url,
    response.statusCode ?? 0,
    Buffer.concat(chunks).toString('utf8'),
  )
}
