import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocket, WebSocketServer } from 'ws'
import { ContractServer } from '#app/serve-contract.ts'
import type { Logger } from '#base/logger.ts'
import type { Handlers } from '#contract/contract.ts'
import { limits } from '#contract/frames.ts'
import { readStaticFile } from '#platform/static-files.ts'
import { type ControlAddress, controlHeader } from './attach.ts'
import { Gatekeeper, securityHeaders } from './security.ts'

const highWaterBytes = 8 * 1024 * 1024

export interface WebServer extends AsyncDisposable {
  /** The address to open, with a fresh one-time token. */
  launchUrl(): string
  readonly port: number
  /** For a second start on the same data directory. */
  readonly control: ControlAddress
}

/** Serves the window and its contract on loopback. Throws when the port is taken. */
export async function startWebServer(options: {
  port: number
  folder: string
  handlers: Handlers
  logger: Logger
}): Promise<WebServer> {
  const server = createServer()
  const gatekeeper = new Gatekeeper(() => portOf(server))
  const { WebSocketServer } = await import('ws')
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes })
  server.on('request', (request, response) => {
    answer(request, response, options.folder, gatekeeper).catch(error => {
      options.logger.warn('a page request failed', { error })
      if (!response.headersSent) reply(response, 500, 'The page could not be read.')
      else response.destroy()
    })
  })
  server.on('upgrade', (request, socket, head) =>
    upgrade(request, socket, head, gatekeeper, sockets),
  )
  sockets.on('connection', (socket: WebSocket) =>
    serveSocket(socket, options.handlers, options.logger),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    port: portOf(server),
    control: { port: portOf(server), token: gatekeeper.controlToken },
    launchUrl: () => launchUrl(server, gatekeeper),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

const launchUrl = (server: Server, gatekeeper: Gatekeeper) =>
  `http://127.0.0.1:${portOf(server)}${gatekeeper.launchPath()}`

const portOf = (server: Server) => (server.address() as AddressInfo | null)?.port ?? 0

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  gatekeeper: Gatekeeper,
): Promise<void> {
  if (!gatekeeper.isHost(request.headers.host)) {
    return reply(response, 421, 'Slipway answers only to 127.0.0.1 and localhost.')
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return reply(response, 405, 'Only GET is answered here.')
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/launch-link') {
    if (!gatekeeper.isControl(request.headers[controlHeader])) return refuse(response)
    return reply(response, 200, `http://${request.headers.host}${gatekeeper.launchPath()}`)
  }
  if (url.pathname === '/launch') {
    const cookie = gatekeeper.admit(url.searchParams.get('t') ?? '')
    if (!cookie) return refuse(response)
    response.writeHead(303, { ...securityHeaders, 'set-cookie': cookie, location: '/' }).end()
    return
  }
  if (!gatekeeper.hasSession(request.headers.cookie)) return refuse(response)
  const file = await readStaticFile(folder, url.pathname)
  if (!file) return reply(response, 404, 'There is no such page.')
  response.writeHead(200, {
    ...securityHeaders,
    'content-type': file.type,
    'content-length': file.body.length,
    ...(file.immutable ? { 'cache-control': 'private, max-age=31536000, immutable' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : file.body)
}

const refuse = (response: ServerResponse) =>
  reply(
    response,
    401,
    'This address needs the link that Slipway printed when it started. Start it again to get a new one.',
  )

function reply(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' })
    .end(`${text}\n`)
}

function upgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  gatekeeper: Gatekeeper,
  sockets: WebSocketServer,
): void {
  const { host, origin, cookie } = request.headers
  const allowed =
    request.url === '/contract' &&
    gatekeeper.isHost(host) &&
    gatekeeper.isOwnOrigin(origin, host) &&
    gatekeeper.hasSession(cookie)
  socket.on('error', () => socket.destroy())
  if (!allowed) {
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    return
  }
  sockets.handleUpgrade(request, socket, head, webSocket =>
    sockets.emit('connection', webSocket, request),
  )
}

function serveSocket(socket: WebSocket, handlers: Handlers, logger: Logger): void {
  socket.binaryType = 'nodebuffer'
  const wire = {
    send(bytes: Uint8Array) {
      if (socket.readyState !== socket.OPEN) return
      socket.send(bytes)
      // Credits bound what a reader is owed; a socket that takes nothing at all is cut off here.
      if (socket.bufferedAmount > highWaterBytes + limits.messageBytes) socket.terminate()
    },
    close: (code: number, reason: string) => socket.close(code, reason),
  }
  const server = new ContractServer(wire, handlers, logger)
  socket.on('message', (data, isBinary) => {
    if (isBinary) server.receive(data as Buffer)
    else socket.close(1003, 'binary messages only')
  })
  socket.on('close', () => server.closed())
  socket.on('error', () => socket.terminate())
}
