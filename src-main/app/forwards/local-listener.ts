import { once } from 'node:events'
import net from 'node:net'
import { findPortHolder, isPortFree } from '#platform/ports.ts'

const address = '127.0.0.1'
/** Below these only root may listen. */
const firstFreePort = 1024

/** Listens on this machine alone. Throws in plain words when the port is taken or may not be had. */
export async function listenLocally(
  port: number,
  onConnection: (socket: net.Socket) => void,
): Promise<LocalListener> {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, onConnection)
  try {
    await once(server.listen({ host: address, port, exclusive: true }), 'listening')
  } catch (error) {
    throw new Error(await whyNot(port, error as NodeJS.ErrnoException))
  }
  const chosen = (server.address() as net.AddressInfo).port
  // Names such as localhost may mean ::1 first; where it can't be had, 127.0.0.1 answers alone.
  const second = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, onConnection)
  second.on('error', () => {})
  second.listen({ host: '::1', port: chosen, exclusive: true, ipv6Only: true })
  return {
    port: chosen,
    [Symbol.dispose]() {
      server.close()
      second.close()
    },
  }
}

export interface LocalListener extends Disposable {
  readonly port: number
}

/** The same port as in the cluster where that can be had, else any. */
export async function chooseLocalPort(port: number): Promise<number> {
  return port >= firstFreePort && (await isPortFree(port)) ? port : 0
}

async function whyNot(port: number, error: NodeJS.ErrnoException): Promise<string> {
  if (error.code === 'EACCES')
    return `only an administrator may listen on port ${port}: choose one from ${firstFreePort}`
  if (error.code !== 'EADDRINUSE') return `port ${port} can’t be had: ${error.message}`
  const holder = await findPortHolder(port).catch(() => undefined)
  const by = holder ? ` by ${holder.program} (pid ${holder.pid})` : ''
  return `port ${port} on ${address} is taken${by}: stop it, or choose another port`
}
