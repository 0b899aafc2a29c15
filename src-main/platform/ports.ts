import { once } from 'node:events'
import { readdir, readFile, readlink } from 'node:fs/promises'
import net from 'node:net'
import { programOf } from './processes.ts'

export interface PortHolder {
  pid: number
  /** The program's name. */
  program: string
}

/** Whether we may listen on a TCP port of an address now. Throws for other reasons than its being taken. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = net.createServer()
  try {
    await once(server.listen({ port, host, exclusive: true }), 'listening')
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false
    throw error
  } finally {
    server.close()
  }
}

/** A TCP port that is free now; it may be taken before it is used. */
export async function findFreePort(host = '127.0.0.1'): Promise<number> {
  const server = net.createServer()
  await once(server.listen(0, host), 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  return port
}

/** Who listens on a TCP port; undefined where that can't be seen (another user's process, or not on Linux). */
export async function findPortHolder(port: number): Promise<PortHolder | undefined> {
  const inodes = new Set([
    ...(await listeningInodes('/proc/net/tcp', port)),
    ...(await listeningInodes('/proc/net/tcp6', port)),
  ])
  if (!inodes.size) return undefined
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  for (const pid of pids) {
    if (!(await holdsSocket(pid, inodes))) continue
    return { pid: Number(pid), program: (await programOf(Number(pid))) ?? 'unknown' }
  }
  return undefined
}

const listening = '0A'

/** The inodes of sockets that listen on a port, out of the kernel's table. */
async function listeningInodes(table: string, port: number): Promise<string[]> {
  const text = await readFile(table, 'utf8').catch(() => '')
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return text
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[1]?.endsWith(suffix) && fields[3] === listening)
    .flatMap(fields => fields[9] ?? [])
}

async function holdsSocket(pid: string, inodes: Set<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  for (const descriptor of await readdir(folder).catch(() => [])) {
    const target = await readlink(`${folder}/${descriptor}`).catch(() => '')
    if (inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '')) return true
  }
  return false
}
