import type { ClusterSummary } from '../../../src-main/contract/clusters.ts'
import type { Core } from '../../bridge/core.ts'
import { toast } from '../../components/toasts.tsx'
import { messageOf } from './operations.ts'

/** Runs a call about a cluster; a failure becomes a notice that names the cluster and what was tried. */
async function attempt(what: string, run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run()
    return true
  } catch (error) {
    toast({ tone: 'bad', title: `${what} failed`, detail: messageOf(error) })
    return false
  }
}

export const startCluster = (core: Core, { name }: ClusterSummary) =>
  attempt(`Starting ${name}`, () => core.call('clusters.startLocal', { name }))

export const stopCluster = (core: Core, { name }: ClusterSummary, stopPods: boolean) =>
  attempt(`Stopping ${name}`, () => core.call('clusters.stopLocal', { name, stopPods }))

export const closeCluster = (core: Core, { id, name }: ClusterSummary) =>
  attempt(`Closing ${name}`, () => core.call('clusters.close', { cluster: id }))
