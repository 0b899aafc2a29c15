import { BytePipe } from '#base/byte-pipe.ts'
import { badRequest } from '../failures.ts'
import type { UpgradeRequest } from '../server-request.ts'
import { acceptWebSocket } from './accept-web-socket.ts'
import { type ProcessClient, plainStatus, type StreamOptions } from './process-client.ts'
import { WebSocketChannels } from './web-socket-channels.ts'

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 }
/** The one in which a client can end its input and go on to read. */
const newest = 'v5.channel.k8s.io'
const protocols = [
  newest,
  'v4.channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'channel.k8s.io',
  'base64.channel.k8s.io',
]

/**
 * The subprotocol to use with a client: v5 when it is offered, else the client's first that is served, as upstream
 * chooses; empty for a client that offers none. Throws a 400 when none fits.
 */
export function chooseChannelProtocol(offered: readonly string[]): string {
  if (!offered.length) return ''
  const chosen = offered.includes(newest) ? newest : offered.find(name => protocols.includes(name))
  if (chosen) return chosen
  throw badRequest(
    `unable to upgrade: no subprotocol that is served; served are ${protocols.join(', ')}`,
  )
}

/** Completes the handshake and speaks the channel protocol for exec and attach. */
export async function processOverWebSocket(
  upgrade: UpgradeRequest,
  protocol: string,
  options: StreamOptions,
): Promise<ProcessClient> {
  const channels = new WebSocketChannels(await acceptWebSocket(upgrade, protocol), protocol)
  const stdin = new BytePipe()
  const resizes = new BytePipe()
  channels.receive(
    (number, bytes) => {
      if (number === channel.stdin) return stdin.write(bytes)
      if (number === channel.resize) return resizes.write(bytes)
      if (number === channel.close && bytes[0] === channel.stdin) stdin.end()
      return undefined
    },
    () => stdin.isFull || resizes.isFull,
  )
  channels.onClose(() => {
    stdin.end(new Error('the client is gone'))
    resizes.end()
  })
  const lowest = options.stdout ? channel.stdout : options.stderr ? channel.stderr : channel.error
  // Clients take the first message, though empty, as a sign that the connection stands.
  await channels.send(lowest, Buffer.alloc(0))
  return {
    stdin: options.stdin ? stdin : undefined,
    resizes: options.tty ? resizes : undefined,
    stdout: options.stdout ? channels.sink(channel.stdout) : undefined,
    stderr: options.stderr ? channels.sink(channel.stderr) : undefined,
    async finish(status) {
      const isOld = !/^v[45]\./.test(protocol)
      const told = isOld ? plainStatus(status) : Buffer.from(JSON.stringify(status))
      if (told) await channels.send(channel.error, told)
      channels.close()
    },
    onClose: callback => channels.onClose(callback),
  }
}
