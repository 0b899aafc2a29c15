import dgram from 'node:dgram'
import { once } from 'node:events'
import type { Clock } from '#base/clock.ts'
import type { BackendPicker } from './backend-picker.ts'
import type { Backend } from './service-ports.ts'

interface Flow {
  backend: Backend
  socket: dgram.Socket
  idle: Disposable
}

/** As the kernel forgets a flow that was answered (`nf_conntrack_udp_timeout_stream`). */
const idleMs = 120_000
const maxFlows = 4096

/** Forwards datagrams on a port of localhost, each client with its own flow to one backend. */
export class UdpForward implements AsyncDisposable {
  readonly #options: { picker: BackendPicker; clock: Clock }
  readonly #servers: dgram.Socket[] = []
  readonly #flows = new Map<string, Flow>()

  private constructor(options: { picker: BackendPicker; clock: Clock }) {
    this.#options = options
  }

  /** Listens on 127.0.0.1 and, where there is one, ::1. Throws when the port is taken on either. */
  static async open(
    port: number,
    options: { picker: BackendPicker; clock: Clock },
  ): Promise<UdpForward> {
    const forward = new UdpForward(options)
    try {
      await forward.#listen('udp4', port, '127.0.0.1')
      await forward.#listen('udp6', port, '::1')
    } catch (error) {
      await forward[Symbol.asyncDispose]()
      throw error
    }
    return forward
  }

  close(): Promise<void> {
    return this[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers.splice(0)) server.close()
    for (const key of [...this.#flows.keys()]) this.#end(key)
  }

  async #listen(type: 'udp4' | 'udp6', port: number, address: string): Promise<void> {
    const server = dgram.createSocket({ type, ipv6Only: type === 'udp6' })
    server.on('message', (message, from) => this.#forward(server, message, from))
    try {
      await once(server.bind({ port, address, exclusive: true }), 'listening')
      server.on('error', () => {})
      this.#servers.push(server)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (type === 'udp6' && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')) return
      throw error
    }
  }

  #forward(server: dgram.Socket, message: Buffer, from: dgram.RemoteInfo): void {
    const key = `${from.address} ${from.port}`
    const flow = this.#flows.get(key) ?? this.#open(server, key, from)
    flow?.idle[Symbol.dispose]()
    if (!flow) return
    flow.idle = this.#options.clock.after(idleMs, () => this.#end(key))
    flow.socket.send(message, flow.backend.port, flow.backend.address, () => {})
  }

  #open(server: dgram.Socket, key: string, from: dgram.RemoteInfo): Flow | undefined {
    const [backend] = this.#options.picker.order(from.address)
    if (!backend || this.#flows.size >= maxFlows) return undefined
    const socket = dgram.createSocket('udp4')
    const idle = this.#options.clock.after(idleMs, () => this.#end(key))
    const flow: Flow = { backend, socket, idle }
    socket.on('error', () => this.#end(key))
    socket.on('message', (answer, { address, port }) => {
      if (address !== backend.address || port !== backend.port) return
      server.send(answer, from.port, from.address, () => {})
    })
    this.#flows.set(key, flow)
    return flow
  }

  #end(key: string): void {
    const flow = this.#flows.get(key)
    if (!flow) return
    this.#flows.delete(key)
    flow.idle[Symbol.dispose]()
    flow.socket.close()
  }
}
