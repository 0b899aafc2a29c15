import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket, WebSocketServer } from 'ws'
import type { Logger } from '#base/logger.ts'
import type { Handlers } from '#contract/contract.ts'
import { limits } from '#contract/frames.ts'
import { ContractServer } from './serve-contract.ts'

const highWaterBytes = 8 * 1024 * 1024

export interface ContractCarrierOptions {
  /** Who may connect; everybody else is refused before a WebSocket exists. */
  admits: (request: IncomingMessage) => boolean
  /** The WebSocket protocol that a window must name, where its host asks for one. */
  protocol?: string
  handlers: Handlers
  logger: Logger
}

/** Serves the contract to WebSockets that come to `/contract` of a server. Disposing it cuts every window off. */
export async function carryContract(
  server: Server,
  options: ContractCarrierOptions,
): Promise<Disposable> {
  const { protocol } = options
  const { WebSocketServer } = await import('ws')
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    ...(protocol ? { handleProtocols: offered => offered.has(protocol) && protocol } : {}),
  })
  server.on('upgrade', (request, socket, head) => upgrade(request, socket, head, options, sockets))
  sockets.on('connection', (socket: WebSocket) =>
    serveSocket(socket, options.handlers, options.logger),
  )
  return {
    [Symbol.dispose]() {
      for (const socket of sockets.clients) socket.terminate()
    },
  }
}

function upgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { admits }: ContractCarrierOptions,
  sockets: WebSocketServer,
): void {
  socket.on('error', () => socket.destroy())
  if (request.url !== '/contract' || !admits(request)) {
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
