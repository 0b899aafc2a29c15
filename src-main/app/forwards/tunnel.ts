import type { Socket } from 'node:net'
import { PassThrough, Writable } from 'node:stream'
import type { Clock } from '#base/clock.ts'
import type { ClusterConnection } from '#clusters/connection.ts'

const highWaterBytes = 1024 * 1024
/** How long a client that has said everything may still be answered. */
const answerMs = 60_000

export interface TunnelPlace {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/** The part of the client library's WebSocket that is used here. */
interface Carrier {
  readonly bufferedAmount: number
  send(data: Uint8Array, done: () => void): void
  close(): void
  pause(): void
  resume(): void
  addEventListener(type: 'close' | 'error', listener: () => void): void
}

/**
 * Carries one connection to a port of a pod and back until either end closes; answers what the pod's node said about a
 * connection that could not be made.
 */
export async function tunnel(
  socket: Socket,
  connection: ClusterConnection,
  { namespace, pod, port }: TunnelPlace,
  clock: Clock,
): Promise<string | undefined> {
  const { PortForward } = await import('@kubernetes/client-node')
  const forward = new PortForward(await connection.clientConfig(), false)
  let refusal = ''
  let carrier: Carrier | undefined
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!socket.destroyed && !socket.write(chunk)) {
        carrier?.pause()
        socket.once('drain', () => carrier?.resume())
      }
      done()
    },
  })
  const errors = new Writable({
    write(chunk, _encoding, done) {
      refusal += String(chunk)
      done()
    },
  })
  const never = new PassThrough()
  carrier = (await forward.portForward(
    namespace,
    pod,
    [port],
    output,
    errors,
    never,
  )) as unknown as Carrier
  await carry(socket, carrier, clock)
  never.destroy()
  return refusal.trim() || undefined
}

function carry(socket: Socket, carrier: Carrier, clock: Clock): Promise<void> {
  return new Promise(resolve => {
    let limit: Disposable | undefined
    const end = () => {
      limit?.[Symbol.dispose]()
      carrier.close()
      socket.end()
      resolve()
    }
    carrier.addEventListener('close', end)
    carrier.addEventListener('error', end)
    socket.on('data', (bytes: Buffer) => {
      carrier.send(Buffer.concat([Buffer.of(0), bytes]), () => socket.resume())
      if (carrier.bufferedAmount > highWaterBytes) socket.pause()
    })
    // Kubernetes' channels can't be closed one way, so a client that has said everything is waited for.
    socket.on('end', () => {
      limit ??= clock.after(answerMs, end)
    })
    socket.on('error', end)
    socket.on('close', end)
    socket.resume()
  })
}
