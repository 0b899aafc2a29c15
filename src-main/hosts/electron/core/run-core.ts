import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { carryContract } from '#app/contract-carrier.ts'
import { createCore } from '#app/core.ts'
import { kubeconfigFiles } from '#app/kubeconfig-files.ts'
import { systemClock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import { createLogger, type Logger } from '#base/logger.ts'
import { DirectoryLock, readHolder } from '#platform/directory-lock.ts'
import { type ParentPort, parentPort } from '#platform/parent-port.ts'
import type { CoreSettings, FromCore, ToCore } from './messages.ts'
import { RemoteClusters } from './remote-clusters.ts'
import { contractProtocol, tokenGate } from './token-gate.ts'

type Start = Extract<ToCore, { type: 'start' }>

/** Runs the core below Electron's main process until that says stop or is gone; answers the exit code. */
export async function runCore(port: ParentPort = parentPort()): Promise<number> {
  const logger = createLogger({ write: line => process.stderr.write(`${line}\n`), now: Date.now })
  const post = (message: FromCore) => port.post(message)
  const started = Promise.withResolvers<Start>()
  const stopped = Promise.withResolvers<void>()
  port.onClose(() => stopped.resolve())
  port.onMessage(message => {
    const told = message as ToCore
    if (told.type === 'start') started.resolve(told)
    else if (told.type === 'ping') post({ type: 'alive' })
    else if (told.type === 'stop') stopped.resolve()
  })
  const start = await Promise.race([started.promise, stopped.promise])
  if (!start) return 0
  try {
    await using _serving = await serve(start, port, logger)
    await stopped.promise
    return 0
  } catch (error) {
    post({ type: 'failed', message: errorMessage(error) })
    logger.error('the core did not start', { error })
    return 1
  }
}

async function serve(
  { settings, clusters }: Start,
  port: ParentPort,
  logger: Logger,
): Promise<AsyncDisposable> {
  const post = (message: FromCore) => port.post(message)
  await using owned = new AsyncDisposableStack()
  const windowDir = path.join(settings.dataDir, 'window')
  owned.use(await takeDirectory(windowDir))
  const local = new RemoteClusters(post, clusters)
  port.onMessage(message => local.receive(message as ToCore))
  const core = owned.use(
    await createCore({
      info: {
        version: settings.version,
        host: 'electron',
        platform: process.platform,
        notices: [],
      },
      clock: systemClock,
      local,
      kubeconfigFiles: kubeconfigFiles(settings.kubeconfig, process.env, os.homedir()),
      dataDir: windowDir,
      env: process.env,
    }),
  )
  port.onMessage(message => {
    const told = message as ToCore
    if (told.type !== 'notice') return
    core.notify({ level: told.level, message: told.message, at: Date.now() })
  })
  const server = owned.adopt(createServer(refuse), closeServer)
  owned.use(
    await carryContract(server, {
      admits: tokenGate({ ...settings, port: () => portOf(server) }),
      protocol: contractProtocol,
      handlers: core.handlers,
      logger,
    }),
  )
  await listen(server, settings)
  post({ type: 'listening', port: portOf(server) })
  return owned.move()
}

/** Throws when another host serves the same clusters already. */
async function takeDirectory(directory: string): Promise<DirectoryLock> {
  const lock = await DirectoryLock.tryAcquire(directory)
  if (lock) {
    await lock.describe({})
    return lock
  }
  const holder = await readHolder(directory)
  throw new Error(
    `Slipway runs on ${path.dirname(directory)} already${holder ? ` (pid ${holder.pid})` : ''}: end that one, or choose another --data-dir`,
  )
}

const portOf = (server: Server) => (server.address() as AddressInfo | null)?.port ?? 0

/** Pages come from the app itself; there is nothing to GET here. */
const refuse: Parameters<typeof createServer>[1] = (_request, response) => {
  response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no page here.\n')
}

function listen(server: Server, { port }: CoreSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  server.closeAllConnections()
  await new Promise<void>(resolve => server.close(() => resolve()))
}
