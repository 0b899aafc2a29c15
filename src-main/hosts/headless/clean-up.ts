import { existsSync } from 'node:fs'
import os from 'node:os'
import { systemClock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import { removeFromEngine } from '#node/node.ts'
import { DirectoryLock } from '#platform/directory-lock.ts'
import { kubeconfigToWrite, removeContext } from '#platform/kubeconfig-file.ts'
import { type Choice, engineOf } from './choose-runtime.ts'
import { type ClusterSettings, readSettings } from './cluster-settings.ts'
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
  await using lock = isThere ? await DirectoryLock.tryAcquire(directory) : undefined
  if (isThere && !lock)
    throw new Error(`the cluster ${options.cluster} is running: stop it first, then clean up`)
  const kept = isThere ? await readSettings(directory) : undefined
  if (kept) {
    const { signal } = new AbortController()
    const choice = { options, kept, directory, logger, signal }
    await removeContainers(choice, kept).catch(async error => {
      if (kept.engine?.choice.kind !== 'private') throw error
      // An engine that was started under running containers believes their volumes in use until its next start.
      logger.info('cleaning up once more on a fresh engine', { error })
      await removeContainers(choice, kept)
    })
  }
  if (options.kubeconfig !== 'none') {
    const file = options.kubeconfig ?? (await kubeconfigToWrite(process.env, os.homedir()))
    await removeContext(
      file,
      { name: contextName(options.cluster), owner: directory },
      { clock: systemClock },
    )
  }
  logger.info('cleaned up', { cluster: options.cluster, runtime: kept?.runtime ?? 'none' })
  return 0
}

async function removeContainers(choice: Choice, kept: ClusterSettings): Promise<void> {
  const found = await engineOf(kept, choice)
  if (!found) return
  await using _own = found.own
  await removeFromEngine(
    {
      engine: found.engine,
      clusterName: choice.options.cluster,
      podCidr: kept.podCidr,
      clock: systemClock,
    },
    { volumes: choice.options.volumes },
  )
}
