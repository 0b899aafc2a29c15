import type { IncomingMessage } from 'node:http'
import { isLoopbackHost, isSameSecret } from '#platform/gate.ts'

/** The WebSocket protocol of the contract. A window offers it, and its token as a second one. */
export const contractProtocol = 'slipway'

/** What a window names as its WebSocket's protocols; a browser can send nothing else of its own in that request. */
export const offeredProtocols = (token: string): string[] => [contractProtocol, `token.${token}`]

/** Admits WebSockets of our own pages that show the token of this launch, sent to a loopback address. */
export function tokenGate(options: {
  token: string
  origin: string
  port: () => number
}): (request: IncomingMessage) => boolean {
  const { token, origin, port } = options
  return ({ headers }) => {
    const offered = (headers['sec-websocket-protocol'] ?? '').split(/ *, */)
    return (
      isLoopbackHost(headers.host, port()) &&
      headers.origin === origin &&
      offered.some(protocol => isSameSecret(protocol, `token.${token}`))
    )
  }
}
