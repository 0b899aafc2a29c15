import os from 'node:os'
import path from 'node:path'
import { systemClock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import { createLogger } from '#base/logger.ts'
import { prepareControlPlane } from '#control-plane/prepare-control-plane.ts'
import { UsageError } from '#platform/command-line.ts'
import { dataDirectory } from '#platform/paths.ts'
import { type HeadlessOptions, parseHeadlessOptions } from './options.ts'
import { ParentChannel } from './parent-channel.ts'

/** Runs one local cluster until a signal, or its parent, ends it; answers the exit code. */
export async function runHeadless(args: string[]): Promise<number> {
  const logger = createLogger({ write: line => process.stderr.write(`${line}\n`), now: Date.now })
  const parent = new ParentChannel(() => systemClock.monotonic())
  try {
    const options = parseHeadlessOptions(args)
    const directory = folderOf(options)
    if (options.cleanup) {
      const { cleanUp } = await import('./clean-up.ts')
      return await cleanUp(options, directory, logger)
    }
    prepareControlPlane(directory, options.store)
    const { runCluster } = await import('./run-cluster.ts')
    return await runCluster({ options, directory, parent, logger })
  } catch (error) {
    parent.tell({ type: 'failed', message: errorMessage(error) })
    process.stderr.write(`${errorMessage(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

function folderOf(options: HeadlessOptions): string {
  const surroundings = { platform: process.platform, env: process.env, home: os.homedir() }
  const dataDir = path.resolve(options.dataDir ?? dataDirectory(surroundings))
  return path.join(dataDir, 'clusters', options.cluster)
}
