import type { Clock } from '#base/clock.ts'
import type { ByteStream } from '#base/streams.ts'
import type { UpgradeRequest } from '../server-request.ts'
import { acceptSpdy, streamCreationTimeoutMs } from './accept-spdy.ts'
import { acceptWebSocket } from './accept-web-socket.ts'
import type { ForwardPort } from './forward-port.ts'
import type { SpdyHeaders } from './spdy/header-blocks.ts'
import { SpdyConnection } from './spdy/spdy-connection.ts'
import type { SpdyStream } from './spdy/spdy-stream.ts'
import { webSocketStream } from './web-socket-stream.ts'

export const spdyForwardProtocol = 'portforward.k8s.io'
/** SPDY frames inside a WebSocket's binary messages. */
export const tunnelProtocol = `SPDY/3.1+${spdyForwardProtocol}`

/** Serves port-forward over SPDY, bare or tunnelled through a WebSocket. Resolves once the client has its answer. */
export async function forwardOverSpdy(
  upgrade: UpgradeRequest,
  options: { protocol: string; clock: Clock; forward: ForwardPort },
): Promise<void> {
  const { protocol, clock, forward } = options
  const carrier: ByteStream =
    protocol === tunnelProtocol
      ? webSocketStream(await acceptWebSocket(upgrade, protocol))
      : acceptSpdy(upgrade, protocol)
  const pairs = new StreamPairs(clock, ({ data, error }) => {
    const port = Number(data.headers.get('port'))
    void forward(port, data, error).finally(() => data.end())
  })
  const connection = new SpdyConnection(carrier, {
    accept: checkHeaders,
    opened: stream => pairs.add(stream),
  })
  void connection.ended.then(() => pairs[Symbol.dispose]())
}

/** Throws for a stream that isn't part of a forwarded connection. */
function checkHeaders(headers: SpdyHeaders): void {
  const port = headers.get('port') ?? ''
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535)
    throw new Error(`unable to parse "${port}" as a port`)
  const type = headers.get('streamtype') ?? ''
  if (type !== 'data' && type !== 'error') throw new Error(`invalid stream type "${type}"`)
}

interface Pair {
  data: SpdyStream
  error: SpdyStream
}

/** Each forwarded connection is a pair of streams, which belong together by their request's id. */
class StreamPairs implements Disposable {
  readonly #waiting = new Map<string, { streams: Partial<Pair>; limit: Disposable }>()
  readonly #clock: Clock
  readonly #onPair: (pair: Pair) => void

  constructor(clock: Clock, onPair: (pair: Pair) => void) {
    this.#clock = clock
    this.#onPair = onPair
  }

  add(stream: SpdyStream): void {
    const id = requestId(stream)
    const waiting = this.#waiting.get(id) ?? {
      streams: {},
      limit: this.#clock.after(streamCreationTimeoutMs, () => this.#giveUp(id)),
    }
    this.#waiting.set(id, waiting)
    const type = stream.headers.get('streamtype') as keyof Pair
    if (waiting.streams[type]) {
      stream.close()
      return
    }
    waiting.streams[type] = stream
    const { data, error } = waiting.streams
    if (!data || !error) return
    this.#forget(id)
    this.#onPair({ data, error })
  }

  #giveUp(id: string): void {
    const { data, error } = this.#waiting.get(id)?.streams ?? {}
    this.#forget(id)
    data?.close()
    error?.write(Buffer.from(`(id ${id}) timed out waiting for streams`)).catch(() => {})
    error?.end()
  }

  #forget(id: string): void {
    this.#waiting.get(id)?.limit[Symbol.dispose]()
    this.#waiting.delete(id)
  }

  [Symbol.dispose](): void {
    for (const id of [...this.#waiting.keys()]) this.#forget(id)
  }
}

/** Clients without request ids open the error stream right before its data stream. */
function requestId({ id, headers }: SpdyStream): string {
  const given = headers.get('requestid')
  if (given) return given
  return String(headers.get('streamtype') === 'data' ? id - 2 : id)
}
