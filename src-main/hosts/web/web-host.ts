import { readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createCore } from '#app/core.ts'
import { kubeconfigFiles } from '#app/kubeconfig-files.ts'
import { systemClock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import { createLogger, type Logger } from '#base/logger.ts'
import { UsageError } from '#platform/command-line.ts'
import { DirectoryLock, readHolder } from '#platform/directory-lock.ts'
import { cacheDirectory, dataDirectory } from '#platform/paths.ts'
import { isRoot } from '#platform/privileges.ts'
import { programFolder } from '#platform/program-folder.ts'
import { forkNode } from '../supervisor/child.ts'
import { SupervisedClusters } from '../supervisor/supervised-clusters.ts'
import { handOverTo } from './attach.ts'
import { openBrowser } from './open-browser.ts'
import { parseWebOptions, type WebOptions } from './options.ts'
import { startWebServer } from './web-server.ts'

const top = programFolder()

/**
 * Runs the app for a browser until a signal ends it; answers the exit code. Clusters are run with `clusterEntry`, the
 * headless host's file.
 */
export async function runWebHost(args: string[], clusterEntry: string): Promise<number> {
  const logger = createLogger({ write: line => process.stderr.write(`${line}\n`), now: Date.now })
  try {
    return await run(parseWebOptions(args), clusterEntry, logger)
  } catch (error) {
    process.stderr.write(`${errorMessage(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

async function run(options: WebOptions, clusterEntry: string, logger: Logger): Promise<number> {
  const surroundings = { platform: process.platform, env: process.env, home: os.homedir() }
  const dataDir = path.resolve(options.dataDir ?? dataDirectory(surroundings))
  const windowDir = path.join(dataDir, 'window')
  await using owned = new AsyncDisposableStack()
  const lock = await DirectoryLock.tryAcquire(windowDir)
  if (!lock) return handOverTo(await readHolder(windowDir), line => process.stdout.write(line))
  owned.use(lock)

  const signal = untilSignalled()
  const clusters = owned.use(
    new SupervisedClusters({
      dataDir,
      entry: clusterEntry,
      commonArgs: options.commonArgs,
      fork: forkNode,
      clock: systemClock,
      logger,
      onNotice: (level, message) => core.notify({ level, message, at: Date.now() }),
    }),
  )
  await clusters.load()
  clusters.ensure(options.cluster, options.clusterArgs)
  const core = owned.use(
    await createCore({
      info: {
        version: await readVersion(),
        host: 'web',
        platform: process.platform,
        notices: isRoot()
          ? ['Slipway runs as root, where Electron does not; this is the same app in the browser.']
          : [],
      },
      clock: systemClock,
      local: clusters,
      kubeconfigFiles: kubeconfigFiles(options.kubeconfig, process.env, os.homedir()),
      dataDir: windowDir,
      env: process.env,
    }),
  )
  const server = owned.use(
    await startWebServer({
      port: options.uiPort,
      folder: path.join(top, 'out/renderer'),
      handlers: core.handlers,
      logger,
    }),
  )
  if (options.open) await open(server.launchUrl(), cacheDirectory(surroundings))
  else process.stderr.write(`Slipway's window, good for one visit: ${server.launchUrl()}\n`)

  const started = clusters.start(options.cluster)
  await Promise.race([started, signal.promise]).catch(error => {
    logger.error('the local cluster did not start; the window says why and can start it again', {
      error,
    })
  })
  if (signal.received()) return 0
  const state = clusters.list().find(({ name }) => name === options.cluster)
  const line = {
    ready: state?.state === 'running',
    cluster: options.cluster,
    apiServer: state?.apiServer,
    kubeconfig: state?.kubeconfig,
    ui: server.launchUrl(),
    runtime: state?.runtime,
    startupMs: state?.startupMs,
    ...(state?.error ? { error: state.error } : {}),
  }
  await lock.describe({ line, control: server.control })
  process.stdout.write(`${JSON.stringify(line)}\n`)
  await signal.promise
  logger.info(
    'stopping: containers go on; DNS, localhost ports and restarts rest until the next start',
  )
  return 0
}

async function open(url: string, cacheDir: string): Promise<void> {
  const opened = await openBrowser(url, path.join(cacheDir, 'browser'), process.env)
  const said = opened
    ? `Opened Slipway in ${opened}. If nothing shows, open this link once: ${url}`
    : `No display and no browser here: open this link once, on this machine: ${url}`
  process.stderr.write(`${said}\n`)
}

/** Resolves at the first SIGINT or SIGTERM. */
function untilSignalled(): { promise: Promise<void>; received: () => boolean } {
  let received = false
  const promise = new Promise<void>(resolve => {
    const stop = () => {
      received = true
      resolve()
    }
    // A pending promise alone would not keep the process: the server's socket does.
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, stop)
  })
  return { promise, received: () => received }
}

async function readVersion(): Promise<string> {
  const text = await readFile(path.join(top, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
