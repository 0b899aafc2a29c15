import type { ClusterSummary } from '#contract/clusters.ts'

/** A local cluster as its supervisor sees it. */
export type LocalClusterState = NonNullable<ClusterSummary['local']> & {
  name: string
  /** Why it failed, fit to be shown. */
  error?: string
}

export interface NewLocalCluster {
  name: string
  runtime: 'auto' | 'docker' | 'simulated'
  apiPort?: number | undefined
  podCidr?: string | undefined
  serviceCidr?: string | undefined
  nodes?: number | undefined
}

/** The local clusters of this machine; the host that embeds the core implements it. */
export interface LocalClusters {
  list(): LocalClusterState[]
  /** Calls back after every change; disposing the result ends it. */
  onChange(listener: () => void): Disposable
  /** Makes the cluster's folder; throws when the name is taken or malformed. Does not start it. */
  create(cluster: NewLocalCluster): Promise<void>
  /** Resolves when it runs; throws with the reason when it doesn't. */
  start(name: string): Promise<void>
  /** Also cancels a start. */
  stop(name: string, options: { stopPods: boolean }): Promise<void>
  /** Removes everything the cluster left on the machine. */
  remove(name: string, options: { keepVolumes: boolean }): Promise<void>
}
