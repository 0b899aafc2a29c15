import { existsSync } from 'node:fs'
import os from 'node:os'
import { systemClock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import { DirectoryLock } from '#platform/directory-lock.ts'
import { kubeconfigToWrite, removeContext } from '#platform/kubeconfig-file.ts'
import { readSettings } from './cluster-settings.ts'
import type { HeadlessOptions } from './options.ts'
import { contextName } from './start-cluster.ts'

/**
 * Removes what a cluster left on the machine: containers, networks, nftables tables, kubeconfig entry, and its volumes
 * with `--volumes`. The cluster's own folder stays. Refuses while the cluster runs.
 */
export async function cleanUp(
  options: HeadlessOptions,
  directory: string,
  logger: Logger,
): Promise<number> {
  const isThere = existsSync(directory)
  const lock = isThere ? await DirectoryLock.tryAcquire(directory) : undefined
  if (isThere && !lock)
    throw new Error(`the cluster ${options.cluster} is running: stop it first, then clean up`)
  await using _lock = lock
  const settings = isThere ? await readSettings(directory) : undefined
  if (options.kubeconfig !== 'none') {
    const file = options.kubeconfig ?? (await kubeconfigToWrite(process.env, os.homedir()))
    const entry = { name: contextName(options.cluster), owner: directory }
    await removeContext(file, entry, { clock: systemClock })
  }
  logger.info('cleaned up', { cluster: options.cluster, runtime: settings?.runtime ?? 'none' })
  return 0
}
