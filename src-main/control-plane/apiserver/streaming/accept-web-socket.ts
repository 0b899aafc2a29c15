import type { WebSocket } from 'ws'
import { badRequest } from '../failures.ts'
import type { UpgradeRequest } from '../server-request.ts'

/** Larger messages than any client sends. */
const maxMessageBytes = 32 * 1024 * 1024

/** The subprotocols that a client offers; undefined when it asks for no WebSocket. Throws a 400 for a broken handshake. */
export function offeredSubprotocols({ message }: UpgradeRequest): string[] | undefined {
  const { headers } = message
  if (!/websocket/i.test(headers.upgrade ?? '')) return undefined
  if (!headers['sec-websocket-key'] || message.method !== 'GET')
    throw badRequest('unable to upgrade: the WebSocket handshake is not valid')
  return (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(Boolean)
}

/** Completes a WebSocket handshake with the subprotocol that was chosen; none when it is empty. */
export async function acceptWebSocket(
  { message, socket, head }: UpgradeRequest,
  protocol: string,
): Promise<WebSocket> {
  const { WebSocketServer } = await import('ws')
  const server = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes })
  // ws refuses names with a slash, such as Kubernetes' `SPDY/3.1+portforward.k8s.io`.
  delete message.headers['sec-websocket-protocol']
  if (protocol)
    server.on('headers', headers => {
      headers.push(`Sec-WebSocket-Protocol: ${protocol}`)
    })
  return new Promise((resolve, reject) => {
    server.on('wsClientError', error => {
      socket.destroy()
      reject(error)
    })
    server.handleUpgrade(message, socket, head, webSocket => {
      webSocket.on('error', () => {})
      resolve(webSocket)
    })
  })
}
