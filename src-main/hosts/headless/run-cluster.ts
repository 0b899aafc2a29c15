import { once } from 'node:events'
import { constants, watch } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { sleep, systemClock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { ReadyLine } from '#platform/cluster-messages.ts'
import { saveCompiledCode } from '#platform/compiled-code.ts'
import { DirectoryLock, readHolder } from '#platform/directory-lock.ts'
import { collectGarbage, growSlowly } from '#platform/memory.ts'
import { isAlive } from '#platform/processes.ts'
import type { HeadlessOptions } from './options.ts'
import type { ParentChannel } from './parent-channel.ts'
import { startCluster } from './start-cluster.ts'

/** From ready to when nothing of the start goes on any more. */
const settledMs = 2000
/** Longest time for everything to end after a signal. */
const stopLimitMs = 9_000
/** How long a second start waits for the first one to be ready. */
const startLimitMs = 60_000

interface Run {
  options: HeadlessOptions
  /** The folder of the cluster's data. */
  directory: string
  parent: ParentChannel
  logger: Logger
}

/** Runs a local cluster until a signal, or its parent, ends it; answers the exit code. */
export async function runCluster({ options, directory, parent, logger }: Run): Promise<number> {
  const stopped = parent.untilStopped()
  const found = await Promise.race([acquireOrFind(directory, options.cluster), stopped])
  if ('stopPods' in found) return 0
  if (!(found instanceof DirectoryLock)) {
    if (parent.isThere) throw new Error(`the cluster ${options.cluster} runs already, on its own`)
    process.stdout.write(`${JSON.stringify(found)}\n`)
    return 0
  }
  const lock = found
  const abort = new AbortController()
  const owned = new AsyncDisposableStack()
  owned.use(lock)
  const starting = startCluster({ options, directory, parent, logger, owned, signal: abort.signal })
  const first = await Promise.race([starting, stopped]).catch(async error => {
    await withinLimit(owned.disposeAsync(), logger)
    throw error
  })
  if ('stopPods' in first) {
    abort.abort()
    starting.catch(() => {})
    await withinLimit(owned.disposeAsync(), logger)
    return 0
  }
  const { line, banner, engine, removePods } = first
  if (banner) logger.warn(banner)
  await lock.describe({ line })
  process.stdout.write(`${JSON.stringify(line)}\n`)
  parent.tell({ type: 'ready', line, ...(banner ? { banner } : {}), ...(engine ? { engine } : {}) })
  saveCompiledCode()
  growSlowly()
  // Half of the heap is what the start left behind, and a process that idles never comes to collect it by itself.
  using _settled = systemClock.after(settledMs, collectGarbage)
  const { stopPods } = await stopped
  const removes = stopPods || options.stopPods
  if (!removes) {
    logger.info(
      'stopping: containers go on; DNS, localhost ports and restarts rest until the next start',
    )
  }
  const end = async () => {
    if (removes) await removePods()
    await owned.disposeAsync()
  }
  await withinLimit(end(), logger)
  return 0
}

async function makeFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await access(directory, constants.W_OK)
  } catch (error) {
    throw new Error(
      `the data directory ${directory} can't be written: ${errorMessage(error)}. Choose another with --data-dir, or mend its permissions.`,
      { cause: error },
    )
  }
}

/**
 * The directory's lock, or the line of who holds it: a second start on a data directory that is in use owns nothing and
 * prints the running one's line. One that is still starting is waited for.
 */
async function acquireOrFind(
  directory: string,
  cluster: string,
): Promise<DirectoryLock | ReadyLine> {
  const deadline = systemClock.monotonic() + startLimitMs
  await makeFolder(directory)
  const watcher = watch(directory)
  using _watching = { [Symbol.dispose]: () => watcher.close() }
  while (systemClock.monotonic() < deadline) {
    const lock = await DirectoryLock.tryAcquire(directory)
    if (lock) {
      await lock.describe({}) // in place of what a killed one left
      return lock
    }
    const holder = await readHolder(directory)
    if (holder?.['line'] && isAlive(holder.pid)) return holder['line'] as ReadyLine
    // Woken by a change of the holder's file; a holder that was killed makes none.
    await Promise.race([once(watcher, 'change'), sleep(systemClock, 1000)])
  }
  throw new Error(
    `the cluster ${cluster} is being started by another process and does not get ready: end that one, or use another --cluster`,
  )
}

async function withinLimit(work: Promise<void>, logger: Logger): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  using _limit = systemClock.after(stopLimitMs, () => {
    logger.warn('something did not end in time and is left behind')
    resolve()
  })
  await Promise.race([work.catch(error => logger.error('stopping failed', { error })), promise])
}
