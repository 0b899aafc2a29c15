import type { WebSocket } from 'ws'
import type { UpgradeRequest } from '../server-request.ts'

/** Completes a WebSocket handshake with the subprotocol that was chosen. */
export async function acceptWebSocket(
  { message, socket, head }: UpgradeRequest,
  protocol: string,
): Promise<WebSocket> {
  const { WebSocketServer } = await import('ws')
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol })
  return new Promise(resolve => {
    server.handleUpgrade(message, socket, head, resolve)
  })
}
