import { createConnection, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'

const words: Record<string, string> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
  ECONNRESET: 'read: connection reset by peer',
}

/** The port answered that nobody listens. */
export const isRefused = (error: unknown): boolean =>
  (error as { code?: string } | undefined)?.code === 'ECONNREFUSED'

/** Opens a TCP connection. Throws in the words that Kubernetes' components use: `dial tcp 10.0.0.1:80: connect: connection refused`. */
export function dialTcp(address: string, port: number, signal: AbortSignal): Promise<Socket> {
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
export function isOwnAddress(address: string): boolean {
  return Object.values(networkInterfaces()).some(list => list?.some(one => one.address === address))
}
