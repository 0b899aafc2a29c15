import { Duplex } from 'node:stream'
import type { ByteSink, ByteStream } from '#base/streams.ts'

/** The sockets behind byte streams, so that a way there and back costs nothing. */
const sockets = new WeakMap<ByteStream, Duplex>()

/** A byte stream as Node's own stream, for its HTTP and TLS clients. */
export const byteDuplex = (stream: ByteStream): Duplex =>
  sockets.get(stream) ?? new ByteDuplex(stream)

class ByteDuplex extends Duplex {
  readonly #stream: ByteStream
  readonly #source: AsyncIterator<Uint8Array>

  constructor(stream: ByteStream) {
    super()
    this.#stream = stream
    this.#source = stream.readable[Symbol.asyncIterator]()
  }

  /** Node's HTTP client asks every connection that it keeps for this; there is no time limit to set. */
  setTimeout(): this {
    return this
  }

  override _read(): void {
    this.#source.next().then(
      ({ done, value }) => this.push(done ? null : value),
      error => this.destroy(error),
    )
  }

  override _write(chunk: Uint8Array, _encoding: string, callback: (error?: Error) => void): void {
    this.#stream.write(chunk).then(() => callback(), callback)
  }

  override _final(callback: () => void): void {
    this.#stream.end()
    callback()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#stream.close()
    callback(error)
  }
}

/** Writes to a Node stream, waiting for it to drain. */
export function sinkOf(socket: Duplex): ByteSink {
  return {
    write: bytes =>
      new Promise((resolve, reject) => {
        socket.write(bytes, error => (error ? reject(error) : resolve()))
      }),
    end: () => {
      socket.end()
    },
  }
}

/** A Node stream as a byte stream. */
export function byteStream(socket: Duplex): ByteStream {
  socket.on('error', () => {})
  const stream = { readable: socket, ...sinkOf(socket), close: () => socket.destroy() }
  sockets.set(stream, socket)
  return stream
}
