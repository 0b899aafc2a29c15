import { Duplex } from 'node:stream'
import type { ByteStream } from '#base/streams.ts'

/** A byte stream as Node's own stream, for its HTTP and TLS clients. */
export function byteDuplex(stream: ByteStream): Duplex {
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
