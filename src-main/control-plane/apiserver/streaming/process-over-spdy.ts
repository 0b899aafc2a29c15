import type { Clock } from '#base/clock.ts'
import type { UpgradeRequest } from '../server-request.ts'
import { acceptSpdy, streamCreationTimeoutMs } from './accept-spdy.ts'
import { type ProcessClient, plainStatus, type StreamOptions } from './process-client.ts'
import { SpdyConnection } from './spdy/spdy-connection.ts'
import type { SpdyStream } from './spdy/spdy-stream.ts'

/** What exec and attach speak over SPDY. From v3 on terminals are resized; from v4 on the end is told as a Status. */
export const spdyProcessProtocols: readonly string[] = [
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
]
/** How long a client may take to read the end and close the connection itself. */
const lingerMs = 10_000

/** Switches to SPDY and waits for the streams that the client's options need. Rejects when they don't come in time. */
export async function processOverSpdy(
  upgrade: UpgradeRequest,
  protocol: string,
  options: StreamOptions,
  clock: Clock,
): Promise<ProcessClient> {
  const hasResize = options.tty && /^v[34]\./.test(protocol)
  const wanted = new Set<string>(['error'])
  for (const name of ['stdin', 'stdout', 'stderr'] as const) if (options[name]) wanted.add(name)
  if (hasResize) wanted.add('resize')
  const streams = new Map<string, SpdyStream>()
  const complete = Promise.withResolvers<void>()
  const connection = new SpdyConnection(acceptSpdy(upgrade, protocol), {
    accept(headers) {
      const type = headers.get('streamtype') ?? ''
      if (!wanted.has(type) || streams.has(type)) throw new Error(`unexpected stream ${type}`)
    },
    opened(stream) {
      streams.set(stream.headers.get('streamtype') ?? '', stream)
      if (streams.size === wanted.size) complete.resolve()
    },
  })
  const { promise: failed, reject } = Promise.withResolvers<never>()
  void connection.ended.then(() => reject(new Error('the client is gone')))
  failed.catch(() => {})
  using _limit = clock.after(streamCreationTimeoutMs, () =>
    reject(new Error('timed out waiting for client to create streams')),
  )
  try {
    await Promise.race([complete.promise, failed])
  } catch (error) {
    connection.close()
    throw error
  }
  const error = streams.get('error')
  return {
    stdin: streams.get('stdin')?.readable,
    resizes: streams.get('resize')?.readable,
    stdout: streams.get('stdout'),
    stderr: streams.get('stderr'),
    async finish(status) {
      const isNew = protocol.startsWith('v4.')
      const told = isNew ? Buffer.from(JSON.stringify(status)) : plainStatus(status)
      if (told) await error?.write(told)
      for (const stream of streams.values()) stream.end()
      // Closing at once would make Go clients drop what they have not read yet.
      using _timer = clock.after(lingerMs, () => connection.close())
      await connection.ended
    },
    onClose: callback => void connection.ended.then(callback),
  }
}
