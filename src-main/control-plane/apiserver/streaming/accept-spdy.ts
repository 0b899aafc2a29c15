import type { Socket } from 'node:net'
import type { ByteStream } from '#base/streams.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { byteStream } from '#platform/node-streams.ts'
import { badRequest } from '../failures.ts'
import type { UpgradeRequest } from '../server-request.ts'

/** How long a client may take to open the streams that it needs. */
export const streamCreationTimeoutMs = 30_000

/** The first of the client's protocols that is served. Throws a 400 when it doesn't ask for SPDY/3.1, a 403 when none is. */
export function negotiateSpdy({ message }: UpgradeRequest, served: readonly string[]): string {
  const { headers } = message
  if (!/spdy\/3\.1/i.test(headers.upgrade ?? ''))
    throw badRequest('unable to upgrade: missing upgrade headers in request')
  const header = [headers['x-stream-protocol-version'] ?? ''].flat().join(',')
  const offered = header
    .split(',')
    .map(name => name.trim())
    .filter(Boolean)
  if (!offered.length) throw badRequest('unable to upgrade: X-Stream-Protocol-Version is required')
  const chosen = offered.find(name => served.includes(name))
  if (chosen) return chosen
  throw statusError(
    'Forbidden',
    `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${served.join(' ')}]`,
  )
}

/** Switches the connection to SPDY/3.1; what it carries from then on. */
export function acceptSpdy({ socket, head }: UpgradeRequest, protocol: string): ByteStream {
  ;(socket as Socket).setNoDelay?.(true)
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n' +
      `X-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  )
  if (head.length) socket.unshift(head)
  return byteStream(socket)
}
