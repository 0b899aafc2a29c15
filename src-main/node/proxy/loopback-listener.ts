import { once } from 'node:events'
import net from 'node:net'

const loopback = ['127.0.0.1', '::1']

/** Accepts TCP connections on a port of localhost: on 127.0.0.1 and, where there is one, ::1. */
export class LoopbackListener implements AsyncDisposable {
  readonly #servers: net.Server[] = []
  readonly #sockets = new Set<net.Socket>()
  readonly #onConnection: (socket: net.Socket) => void

  private constructor(onConnection: (socket: net.Socket) => void) {
    this.#onConnection = onConnection
  }

  /** With port 0 the system chooses one. Throws when the port can't be had on either address. */
  static async open(
    port: number,
    onConnection: (socket: net.Socket) => void,
  ): Promise<LoopbackListener> {
    const listener = new LoopbackListener(onConnection)
    try {
      for (const host of loopback) await listener.#listen(port || listener.port, host)
    } catch (error) {
      await listener[Symbol.asyncDispose]()
      throw error
    }
    return listener
  }

  /** The port it has; 0 before there is one. */
  get port(): number {
    const address = this.#servers[0]?.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  /** Accepts no more; connections that are open go on. */
  close(): void {
    for (const server of this.#servers) server.close()
  }

  /** Accepts no more and breaks what is open. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  async #listen(port: number, host: string): Promise<void> {
    const server = net.createServer({ allowHalfOpen: true, noDelay: true }, socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      socket.on('error', () => {})
      this.#onConnection(socket)
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
}
