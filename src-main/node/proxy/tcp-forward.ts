import { once } from 'node:events'
import net from 'node:net'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { ByteStream } from '#base/streams.ts'
import type { BackendPicker } from './backend-picker.ts'

export type Dial = (address: string, port: number, signal: AbortSignal) => Promise<ByteStream>

const loopback = ['127.0.0.1', '::1']

/** Accepts connections on a port of localhost and joins each to a backend. */
export class TcpForward implements AsyncDisposable {
  readonly #servers: net.Server[] = []
  readonly #sockets = new Set<net.Socket>()
  readonly #stop = new AbortController()
  readonly #options: { picker: BackendPicker; dial: Dial; logger: Logger }

  private constructor(options: { picker: BackendPicker; dial: Dial; logger: Logger }) {
    this.#options = options
  }

  /** Listens on 127.0.0.1 and, where there is one, ::1. Throws when the port is taken on either. */
  static async open(
    port: number,
    options: { picker: BackendPicker; dial: Dial; logger: Logger },
  ): Promise<TcpForward> {
    const forward = new TcpForward(options)
    try {
      for (const host of loopback) await forward.#listen(port, host)
    } catch (error) {
      await forward[Symbol.asyncDispose]()
      throw error
    }
    return forward
  }

  /** Accepts no more; connections that are open go on. */
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(server => {
        server.close()
        return server.listening ? once(server, 'close').catch(() => {}) : undefined
      }),
    )
  }

  /** Accepts no more and breaks what is open. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    for (const server of this.#servers) server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  async #listen(port: number, host: string): Promise<void> {
    const server = net.createServer({ allowHalfOpen: true, noDelay: true }, socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      socket.on('error', () => {})
      void this.#join(socket)
    })
    try {
      await once(server.listen({ port, host, exclusive: true }), 'listening')
      this.#servers.push(server)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const isAbsent = code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
      if (host === '::1' && isAbsent) return
      throw error
    }
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
