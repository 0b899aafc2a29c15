import { randomInt } from 'node:crypto'
import dgram from 'node:dgram'
import { getServers } from 'node:dns'
import { readFile, stat } from 'node:fs/promises'
import net from 'node:net'
import { type Clock, sleep } from '#base/clock.ts'

export interface UpstreamOptions {
  /** Addresses that must not be asked: our own. */
  exclude: ReadonlySet<string>
  /** Default `/etc/resolv.conf`; read again when it changes. */
  resolvConf?: string
  clock: Clock
}

interface NameServer {
  address: string
  port: number
}

const attemptMs = 2000
const maxPending = 1000

/** The name servers of this machine, asked for what isn't the cluster's. Messages pass as they are, but for their id. */
export class Upstream {
  readonly #options: UpstreamOptions
  #known: { changed: number; servers: NameServer[] } | undefined
  #pending = 0

  constructor(options: UpstreamOptions) {
    this.#options = options
  }

  /** The answer of the first server that gives one; undefined when none does. */
  async forward(query: Uint8Array, protocol: 'udp' | 'tcp'): Promise<Buffer | undefined> {
    if (this.#pending >= maxPending) return undefined
    this.#pending++
    try {
      const id = randomInt(0x10000)
      const message = Buffer.from(query)
      message.writeUInt16BE(id, 0)
      for (const server of await this.#servers()) {
        const answer = await this.#ask(server, message, protocol)
        if (!answer || answer.length < 12 || answer.readUInt16BE(0) !== id) continue
        answer.set(query.subarray(0, 2), 0)
        return answer
      }
      return undefined
    } finally {
      this.#pending--
    }
  }

  async #ask(
    server: NameServer,
    message: Buffer,
    protocol: 'udp' | 'tcp',
  ): Promise<Buffer | undefined> {
    const done = new AbortController()
    const ask = protocol === 'udp' ? askUdp : askTcp
    const timeout = sleep(this.#options.clock, attemptMs, done.signal).catch(() => {})
    try {
      return (await Promise.race([ask(server, message, done.signal), timeout])) ?? undefined
    } catch {
      return undefined
    } finally {
      done.abort()
    }
  }

  async #servers(): Promise<NameServer[]> {
    const file = this.#options.resolvConf ?? '/etc/resolv.conf'
    const changed = (await stat(file).catch(() => undefined))?.mtimeMs ?? 0
    if (this.#known?.changed !== changed) {
      const text = await readFile(file, 'utf8').catch(() => undefined)
      const all = text === undefined ? getServers() : parseNameServers(text)
      const servers = all
        .map(parseServer)
        .filter(({ address }) => !this.#options.exclude.has(address))
      this.#known = { changed, servers }
    }
    return this.#known.servers
  }
}

/** The `nameserver` lines of a resolv.conf. */
export function parseNameServers(text: string): string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(match => match[1] ?? [])
}

/** An address, perhaps with a port as `dns.getServers()` writes it: `192.0.2.1:5353`, `[::1]:5353`. */
function parseServer(text: string): NameServer {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(text)
  const plain = /^([\d.]+):(\d+)$/.exec(text)
  const [, address = text, port = '53'] = bracketed ?? plain ?? []
  return { address, port: Number(port) }
}

function askUdp(server: NameServer, message: Buffer, signal: AbortSignal): Promise<Buffer> {
  const socket = dgram.createSocket(server.address.includes(':') ? 'udp6' : 'udp4')
  signal.addEventListener('abort', () => socket.close(), { once: true })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('message', resolve)
    socket.connect(server.port, server.address, () => socket.send(message))
  })
}

function askTcp(server: NameServer, message: Buffer, signal: AbortSignal): Promise<Buffer> {
  const socket = net.connect(server.port, server.address)
  signal.addEventListener('abort', () => socket.destroy(), { once: true })
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the name server closed the connection')))
    socket.on('data', data => {
      received = Buffer.concat([received, data])
      const length = received.length >= 2 ? received.readUInt16BE(0) : Number.POSITIVE_INFINITY
      if (received.length >= 2 + length) resolve(received.subarray(2, 2 + length))
    })
    const head = Buffer.alloc(2)
    head.writeUInt16BE(message.length)
    socket.write(Buffer.concat([head, message]))
  })
}
