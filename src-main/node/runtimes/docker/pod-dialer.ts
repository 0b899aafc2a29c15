import { createConnection, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { ByteStream, ProcessSession } from '#base/streams.ts'
import { byteStream } from '#platform/node-streams.ts'
import type { HostAgent } from '../container-runtime.ts'
import { streamThrough } from './engine-session.ts'

const words: Record<string, string> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
  ECONNRESET: 'read: connection reset by peer',
}

/** Connects to pods: straight where their network is this machine's, else through the engine. */
export class PodDialer {
  readonly #network: { gateway: string }
  readonly #hostAgent: () => Promise<HostAgent>

  constructor(network: { gateway: string }, hostAgent: () => Promise<HostAgent>) {
    this.#network = network
    this.#hostAgent = hostAgent
  }

  async dial(address: string, port: number, signal: AbortSignal): Promise<ByteStream> {
    if (this.#isRoutable || isOwnAddress(address))
      return byteStream(await dialTcp(address, port, signal))
    const agent = await this.#hostAgent()
    const session = await agent.exec(['nc', address, String(port)], signal)
    return streamThrough(session, refusal(address, port))
  }

  /** Connects to a port of a pod wherever it listens; `exec` runs a command within the pod. */
  async enter(
    pod: { address: string | undefined; exec(command: string[]): Promise<ProcessSession> },
    port: number,
    signal: AbortSignal,
  ): Promise<ByteStream> {
    if (pod.address && this.#isRoutable) {
      try {
        return byteStream(await dialTcp(pod.address, port, signal))
      } catch (error) {
        // It may listen on the loopback address alone, where only the pod itself gets.
        if (!isRefused(error)) throw error
      }
    }
    const session = await pod.exec(['nc', '127.0.0.1', String(port)])
    return streamThrough(session, refusal('127.0.0.1', port))
  }

  /** Whether pod addresses can be dialled from here: the bridge lies on this machine, not in a virtual one. */
  get #isRoutable(): boolean {
    return isOwnAddress(this.#network.gateway)
  }
}

const refusal = (address: string, port: number) =>
  `dial tcp ${address}:${port}: connect: connection refused`

/** The port answered that nobody listens. */
const isRefused = (error: unknown): boolean =>
  (error as { code?: string } | undefined)?.code === 'ECONNREFUSED'

/** Opens a TCP connection. Throws in the words that Kubernetes' components use: `dial tcp 10.0.0.1:80: connect: connection refused`. */
function dialTcp(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = createConnection({ host: address, port, allowHalfOpen: true })
  const onAbort = () => {
    socket.destroy()
    reject(signal.reason)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  socket.once('connect', () => {
    signal.removeEventListener('abort', onAbort)
    resolve(socket)
  })
  socket.on('error', (cause: NodeJS.ErrnoException) => {
    signal.removeEventListener('abort', onAbort)
    const why = words[cause.code ?? ''] ?? cause.message
    const error = new Error(`dial tcp ${address}:${port}: ${why}`, { cause })
    reject(Object.assign(error, { code: cause.code }))
  })
  return promise
}

/** Whether this machine has the address itself, so that addresses of its network can be reached. */
function isOwnAddress(address: string): boolean {
  return Object.values(networkInterfaces()).some(list => list?.some(one => one.address === address))
}
