import { Duplex } from 'node:stream'
import type { ByteSink, ByteStream } from '#base/streams.ts'

/** The sockets behind byte streams, so that a way there and back costs nothing. */
const sockets = new WeakMap<ByteStream, Duplex>()

/** A byte stream as Node's own stream, for its HTTP and TLS clients. */
export function byteDuplex(stream: ByteStream): Duplex {
  const socket = sockets.get(stream)
  if (socket) return socket
  const source = stream.readable[Symbol.asyncIterator]()
  return new Duplex({
    read() {
      source.next().then(
        ({ done, value }) => this.push(done ? null : value),
        error => this.destroy(error),
      )
    },
    write(chunk: Uint8Array, _encoding, callback) {
      stream.write(chunk).then(() => callback(), callback)
    },
    final(callback) {
      stream.end()
      callback()
    },
    destroy(error, callback) {
      stream.close()
      callback(error)
    },
  })
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
