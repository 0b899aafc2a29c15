import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '#base/clock.ts'
import type { ByteStream } from '#base/streams.ts'
import { byteDuplex, byteStream } from '#platform/node-streams.ts'
import type { Backend } from '../service-ports.ts'
import type { Dial } from '../tcp-forward.ts'
import { BackendSessions } from './backend-sessions.ts'

/** Pods that don't answer to a connection for so long are passed over. */
const connectMs = 5000
/** Below what servers commonly wait before they close an idle connection (Node.js: 5 s). */
const idleMs = 4000
const maxIdlePerBackend = 64
const maxBackends = 1024

/** Opens connections to pods and other hosts, and keeps idle ones for requests that may be sent twice. */
export class BackendConnections implements Disposable {
  readonly #dial: Dial
  readonly #clock: Clock
  readonly #stop = new AbortController()
  readonly #agents = new Map<string, BackendAgent>()
  /** Connections to backends that speak HTTP/2. */
  readonly sessions = new BackendSessions(backend => this.connect(backend))

  constructor(dial: Dial, clock: Clock) {
    this.#dial = dial
    this.#clock = clock
  }

  /** For requests to one backend: an idle connection may have been closed at the other end, unnoticed yet. */
  agentFor({ address, port }: Backend): http.Agent {
    const key = `${address}:${port}`
    let agent = this.#agents.get(key)
    if (!agent) {
      agent = new BackendAgent(() => this.connect({ address, port }))
      this.#agents.set(key, agent)
      const [oldest] = this.#agents.keys()
      if (this.#agents.size > maxBackends && oldest !== undefined) this.#drop(oldest)
    }
    return agent
  }

  /** Opens a fresh connection. Throws what dialling throws, or says that nobody answered in time. */
  async connect({ address, port }: Backend): Promise<Duplex> {
    const late = new AbortController()
    using _timer = this.#clock.after(connectMs, () =>
      late.abort(new Error(`dial tcp ${address}:${port}: i/o timeout`)),
    )
    const signal = AbortSignal.any([this.#stop.signal, late.signal])
    const dial = net.isIP(address) ? this.#dial : dialHost
    const duplex = byteDuplex(await dial(address, port, signal))
    duplex.allowHalfOpen = false
    return duplex
  }

  /** Closes the idle connections to a backend: its pod is about to end. Requests that run go on. */
  retire({ address, port }: Backend): void {
    this.#drop(`${address}:${port}`)
    this.sessions.retire({ address, port })
  }

  [Symbol.dispose](): void {
    this.sessions[Symbol.dispose]()
    this.#stop.abort()
    for (const key of [...this.#agents.keys()]) this.#drop(key)
  }

  #drop(key: string): void {
    this.#agents.get(key)?.retire()
    this.#agents.delete(key)
  }
}

/** What an ExternalName leads to is reached from this machine, by its resolver. */
async function dialHost(host: string, port: number, signal: AbortSignal): Promise<ByteStream> {
  const socket = net.connect({ host, port, noDelay: true, signal })
  await once(socket, 'connect')
  return byteStream(socket)
}

class BackendAgent extends http.Agent {
  readonly #connect: () => Promise<Duplex>
  #isRetired = false

  constructor(connect: () => Promise<Duplex>) {
    super({
      keepAlive: true,
      maxFreeSockets: maxIdlePerBackend,
      timeout: idleMs,
      scheduling: 'lifo',
    })
    this.#connect = connect
  }

  override createConnection(
    _options: http.ClientRequestArgs,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    this.#connect().then(
      socket => callback?.(null, socket),
      error => callback?.(error, undefined as never),
    )
  }

  /** Requests that run go on; nothing is kept any more. */
  retire(): void {
    this.#isRetired = true
    for (const sockets of Object.values(this.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy()
    }
  }

  override keepSocketAlive(socket: Duplex): boolean {
    if (this.#isRetired || !(socket instanceof net.Socket)) return false
    // It says whether to keep the socket, whatever its type says.
    return super.keepSocketAlive(socket) as unknown as boolean
  }
}
