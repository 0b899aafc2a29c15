import { request } from 'node:https'
import type { ControlPlane } from '#control-plane/control-plane.ts'

/**
 * Asks to switch protocols as kubectl does, a GET for a WebSocket and a POST for SPDY, and hangs up. Answers the status:
 * 101 when the server does.
 */
export function upgrade(
  { url, certificates }: ControlPlane,
  method: string,
  path: string,
): Promise<number> {
  const admin = certificates.clients['admin']
  const isWebSocket = method === 'GET'
  const isForward = path.endsWith('/portforward')
  const headers = isWebSocket
    ? {
        upgrade: 'websocket',
        connection: 'Upgrade',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'c2xpcHdheSBzbGlwd2F5IQ==',
        'sec-websocket-protocol': isForward ? 'v4.channel.k8s.io' : 'v5.channel.k8s.io',
      }
    : {
        upgrade: 'SPDY/3.1',
        connection: 'Upgrade',
        'x-stream-protocol-version': isForward ? 'portforward.k8s.io' : 'v4.channel.k8s.io',
      }
  const query = isForward ? 'ports=80' : 'command=true&stdout=true&container=app'
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}?${query}`, {
      method,
      headers,
      ca: certificates.ca.certificate,
      agent: false,
      ...(admin ? { key: admin.key, cert: admin.certificate } : {}),
    })
    asked.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response.statusCode ?? 0)
    })
    asked.on('response', response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    asked.on('error', reject)
    asked.end()
  })
}
