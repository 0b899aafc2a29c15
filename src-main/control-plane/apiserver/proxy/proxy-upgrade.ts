import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { UpgradeRequest } from '../server-request.ts'
import { failed } from './proxy-request.ts'

/** Lets a backend answer an upgrade, and connects both sides from then on. Throws a 503 when there is no answer. */
export async function proxyUpgrade(
  upgrade: UpgradeRequest,
  outgoing: ClientRequest,
): Promise<void> {
  const { socket, head } = upgrade
  await new Promise<void>((resolve, reject) => {
    outgoing.once('error', reject)
    outgoing.once('upgrade', (answer, backend, first) => {
      socket.write(headOf(answer))
      if (first.length) socket.write(first)
      if (head.length) backend.write(head)
      connect(socket, backend)
      resolve()
    })
    outgoing.once('response', answer => {
      socket.write(headOf(answer))
      answer.pipe(socket)
      resolve()
    })
    outgoing.end()
  }).catch(failed)
}

/** The answer's head as it came. */
function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`]
  for (let at = 0; at < rawHeaders.length; at += 2) {
    // A body that isn't switched to another protocol comes to us already unchunked, and ends with the connection.
    if (rawHeaders[at]?.toLowerCase() === 'transfer-encoding') continue
    lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

function connect(a: Duplex, b: Duplex): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.pipe(to)
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }
}
