import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import type { Clock } from '#base/clock.ts'

export type Answerer = (message: Buffer, protocol: 'udp' | 'tcp') => Promise<Buffer | undefined>

const idleMs = 10_000
const maxConnections = 256
const portTries = 10

/** Carries DNS messages over UDP and TCP on one port of one address. */
export class DnsServer implements AsyncDisposable {
  readonly port: number
  readonly #udp: dgram.Socket
  readonly #tcp: net.Server
  readonly #sockets = new Set<net.Socket>()

  private constructor(udp: dgram.Socket, tcp: net.Server, answer: Answerer, clock: Clock) {
    this.#udp = udp
    this.#tcp = tcp
    this.port = udp.address().port
    udp.on('error', () => {})
    udp.on('message', async (message, from) => {
      const bytes = await answer(message, 'udp')
      if (bytes) this.#udp.send(bytes, from.port, from.address, () => {})
    })
    tcp.maxConnections = maxConnections
    tcp.on('connection', socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      void serve(socket, answer, clock)
    })
  }

  /** Listens; port 0 takes any that is free for both protocols. */
  static async listen(
    listen: { address: string; port: number },
    answer: Answerer,
    clock: Clock,
  ): Promise<DnsServer> {
    for (let attempt = 1; ; attempt++) {
      const udp = dgram.createSocket('udp4')
      const tcp = net.createServer()
      try {
        await once(udp.bind({ ...listen, exclusive: true }), 'listening')
        const { port } = udp.address()
        await once(tcp.listen({ port, host: listen.address, exclusive: true }), 'listening')
        return new DnsServer(udp, tcp, answer, clock)
      } catch (error) {
        udp.close()
        tcp.close()
        const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        if (!isTaken || listen.port !== 0 || attempt >= portTries) throw error
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#udp.close()
    for (const socket of this.#sockets) socket.destroy()
    this.#tcp.close()
    await once(this.#tcp, 'close')
  }
}

/** Answers messages, each behind its length, in turn (RFC 7766). */
async function serve(socket: net.Socket, answer: Answerer, clock: Clock): Promise<void> {
  let idle = clock.after(idleMs, () => socket.destroy())
  let received = Buffer.alloc(0)
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      idle[Symbol.dispose]()
      received = Buffer.concat([received, chunk])
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0)
        const bytes = await answer(received.subarray(2, end), 'tcp')
        received = received.subarray(end)
        if (!bytes) return void socket.destroy()
        const head = Buffer.alloc(2)
        head.writeUInt16BE(bytes.length)
        socket.write(Buffer.concat([head, bytes]))
      }
      idle = clock.after(idleMs, () => socket.destroy())
    }
  } catch {
    socket.destroy()
  } finally {
    idle[Symbol.dispose]()
  }
}
