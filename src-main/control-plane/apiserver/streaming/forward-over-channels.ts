import { BytePipe } from '#base/byte-pipe.ts'
import type { ByteStream } from '#base/streams.ts'
import { badRequest } from '../failures.ts'
import type { UpgradeRequest } from '../server-request.ts'
import { acceptWebSocket } from './accept-web-socket.ts'
import type { ForwardPort } from './forward-port.ts'
import { WebSocketChannels } from './web-socket-channels.ts'

const protocols = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io']

/** The subprotocol to use with a client; empty for one that offers none. Throws a 400 when none fits. */
export function chooseForwardProtocol(offered: readonly string[]): string {
  if (!offered.length) return ''
  const chosen = protocols.find(name => offered.includes(name))
  if (chosen) return chosen
  throw badRequest(
    `unable to upgrade: no subprotocol that is served; served are ${protocols.join(', ')}`,
  )
}

/** The ports that a client names in its query, as in `ports=80,443`. Throws a 400 for none and for what is no port. */
export function forwardedPorts(query: URLSearchParams): number[] {
  const texts = query.getAll('ports').flatMap(text => text.split(','))
  if (!texts.length) throw badRequest('query parameter "port" is required')
  return texts.map(text => {
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
      throw badRequest(`unable to parse "${text}" as a port`)
    if (Number(text) < 1) throw badRequest(`port "${text}" must be > 0`)
    return Number(text)
  })
}

/**
 * Serves port-forward over a WebSocket of channels: for the nth port channel 2n carries data and 2n+1 errors. Each
 * begins with the port in two bytes, the lower first. Resolves once the client has its answer.
 */
export async function forwardOverChannels(
  upgrade: UpgradeRequest,
  protocol: string,
  ports: readonly number[],
  forward: ForwardPort,
): Promise<void> {
  const channels = new WebSocketChannels(await acceptWebSocket(upgrade, protocol), protocol)
  const pipes = ports.map(() => new BytePipe())
  channels.receive(
    (channel, bytes) => (channel % 2 ? undefined : pipes[channel / 2]?.write(bytes)),
    () => pipes.some(({ isFull }) => isFull),
  )
  channels.onClose(() => {
    for (const pipe of pipes) pipe.end(new Error('the client is gone'))
  })
  const forwards = pipes.map(async (readable, index) => {
    const port = ports[index] ?? 0
    const data: ByteStream = {
      readable,
      ...channels.sink(index * 2),
      close: () => readable.end(),
    }
    const error = channels.sink(index * 2 + 1)
    const told = Buffer.of(port & 0xff, port >> 8)
    await Promise.all([data.write(told), error.write(told)])
    await forward(port, data, error)
    readable.end()
  })
  void Promise.allSettled(forwards).then(() => channels.close())
}
