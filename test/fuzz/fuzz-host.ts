// The server under test, a process of its own: node --expose-gc test/fuzz/fuzz-host.ts, with a channel to its parent.
import { type Clock, systemClock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import { startCluster } from '../support/start-cluster.ts'

/** What the host tells its parent. */
export type HostMessage =
  | { kind: 'ready'; url: string; ca: string; key: string; cert: string }
  | { kind: 'fault'; text: string }
  | { kind: 'measure'; heapUsed: number; sockets: number }

const { gc: collect } = globalThis
if (!collect) throw new Error('start me with --expose-gc')
const tell = (message: HostMessage) => process.send?.(message)
const fault = (text: string) => tell({ kind: 'fault', text })
process.on('unhandledRejection', error => fault(`unhandled rejection: ${stackOf(error)}`))
process.on('uncaughtException', error => fault(`uncaught: ${stackOf(error)}`))

const logger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error: (message, fields) => fault(`logged: ${message} ${JSON.stringify(fields ?? {})}`),
  with: () => logger,
}
/** Timers of some minutes, which fire when a measurement is asked for. */
const slowTimers = new Set<() => void>()
const clock: Clock = {
  now: () => systemClock.now(),
  monotonic: () => systemClock.monotonic(),
  after(ms, callback) {
    if (ms < 200_000 || ms > 600_000) return systemClock.after(ms, callback)
    const fire = () => {
      slowTimers.delete(fire)
      callback()
    }
    slowTimers.add(fire)
    return { [Symbol.dispose]: () => void slowTimers.delete(fire) }
  },
}
const cluster = await startCluster({ controllers: false, logger, clock })
const { url, certificates } = cluster.controlPlane
const admin = certificates.clients['admin']
tell({
  kind: 'ready',
  url,
  ca: certificates.ca.certificate,
  key: admin?.key ?? '',
  cert: admin?.certificate ?? '',
})
process.on('message', async () => {
  // What watches may still ask for is forgotten, as after some minutes.
  for (let times = 0; times < 3; times++) {
    for (const fire of [...slowTimers]) fire()
    await new Promise(setImmediate)
  }
  const heapUsed = await settledHeap()
  const resources = process.getActiveResourcesInfo()
  tell({
    kind: 'measure',
    heapUsed,
    sockets: resources.filter(name => name === 'TCPSocketWrap').length,
  })
})
process.on('disconnect', () => process.exit(0))

/** A compaction drops what is forgotten piece by piece, so that garbage is collected until that frees no more. */
async function settledHeap(): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let idle = 0; idle < 10; ) {
    await new Promise(resolve => setTimeout(resolve, 50))
    collect?.()
    const { heapUsed } = process.memoryUsage()
    idle = heapUsed < least * 0.995 ? 0 : idle + 1
    least = Math.min(least, heapUsed)
  }
  return least
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
