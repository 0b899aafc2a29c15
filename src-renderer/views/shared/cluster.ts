import { createContext, useContext, useMemo } from 'react'
import type { ClusterSummary } from '../../../src-main/contract/clusters.ts'
import type { ResourceInfo, ResourceName } from '../../../src-main/contract/tables.ts'
import { useCall, useLive } from '../../bridge/hooks.ts'
import type { ObjectLink } from '../../kinds/define-kind.ts'

/** The cluster that the window shows: what it serves, and which of its namespaces. */
export interface ClusterView {
  readonly id: string
  readonly name: string
  readonly summary: ClusterSummary | undefined
  readonly resources: readonly ResourceInfo[]
  /** None = all of them. */
  readonly namespaces: readonly string[]
}

const ClusterContext = createContext<ClusterView | undefined>(undefined)
export const ClusterProvider = ClusterContext.Provider

export function useCluster(): ClusterView {
  const cluster = useContext(ClusterContext)
  if (!cluster) throw new Error('useCluster needs a ClusterProvider above it')
  return cluster
}

/** Every cluster, as it changes; undefined until the core has said. */
export const useClusters = (): readonly ClusterSummary[] | undefined =>
  useLive('clusters.watch', {}).value

const noResources: readonly ResourceInfo[] = []

/** What a connected cluster serves. */
export function useResources(cluster: string, enabled: boolean) {
  const query = useCall('resources.list', { cluster }, enabled)
  return { ...query, resources: query.data ?? noResources }
}

/** What a kind of the shown cluster is; undefined when the cluster doesn't serve it. */
export function useResourceInfo(name: ResourceName): ResourceInfo | undefined {
  const { resources } = useCluster()
  return useMemo(() => findResource(resources, name), [resources, name])
}

export const findResource = (resources: readonly ResourceInfo[], name: ResourceName) =>
  resources.find(
    ({ group, version, resource }) =>
      group === name.group && version === name.version && resource === name.resource,
  )

/** The kind that a link names, preferring the groups that Kubernetes itself serves. */
export const findKind = (resources: readonly ResourceInfo[], { kind }: ObjectLink) =>
  resources.find(info => info.kind === kind && !info.custom) ??
  resources.find(info => info.kind === kind)
