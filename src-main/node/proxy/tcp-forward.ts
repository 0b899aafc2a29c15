import { once } from 'node:events'
import type net from 'node:net'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { ByteStream } from '#base/streams.ts'
import type { BackendPicker } from './backend-picker.ts'
import { LoopbackListener } from './loopback-listener.ts'

export type Dial = (address: string, port: number, signal: AbortSignal) => Promise<ByteStream>

/** Accepts connections on a port of localhost and joins each to a backend. */
export class TcpForward implements AsyncDisposable {
  readonly #stop = new AbortController()
  readonly #options: { picker: BackendPicker; dial: Dial; logger: Logger }
  #listener: LoopbackListener | undefined

  private constructor(options: { picker: BackendPicker; dial: Dial; logger: Logger }) {
    this.#options = options
  }

  /** Listens on 127.0.0.1 and, where there is one, ::1. Throws when the port is taken on either. */
  static async open(
    port: number,
    options: { picker: BackendPicker; dial: Dial; logger: Logger },
  ): Promise<TcpForward> {
    const forward = new TcpForward(options)
    forward.#listener = await LoopbackListener.open(port, socket => void forward.#join(socket))
    return forward
  }

  /** Accepts no more; connections that are open go on. */
  async close(): Promise<void> {
    this.#listener?.close()
  }

  /** Accepts no more and breaks what is open. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#listener?.[Symbol.asyncDispose]()
  }

  async #join(socket: net.Socket): Promise<void> {
    const { picker, dial, logger } = this.#options
    for (const backend of picker.order(socket.remoteAddress ?? '')) {
      let stream: ByteStream
      try {
        stream = await dial(backend.address, backend.port, this.#stop.signal)
      } catch (error) {
        logger.debug('a backend did not answer', { ...backend, error: errorMessage(error) })
        continue
      }
      socket.once('close', () => stream.close())
      await Promise.all([send(socket, stream), receive(stream, socket)])
      return
    }
    socket.resetAndDestroy()
  }
}

async function send(socket: net.Socket, stream: ByteStream): Promise<void> {
  try {
    for await (const bytes of socket as AsyncIterable<Uint8Array>) await stream.write(bytes)
    stream.end()
  } catch {
    stream.close()
  }
}

async function receive(stream: ByteStream, socket: net.Socket): Promise<void> {
  try {
    for await (const bytes of stream.readable) {
      if (socket.destroyed) return
      if (!socket.write(bytes)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
    }
    socket.end()
  } catch {
    socket.resetAndDestroy()
  }
}
