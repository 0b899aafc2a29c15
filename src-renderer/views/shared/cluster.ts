import { createContext, useContext, useMemo } from 'react'
import type { ClusterSummary } from '../../../src-main/contract/clusters.ts'
import type { ResourceInfo, ResourceName } from '../../../src-main/contract/tables.ts'
import { useCore, useLive, useStore } from '../../bridge/hooks.ts'
import type { Live } from '../../bridge/live-value.ts'
import { Store } from '../../bridge/store.ts'
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
const nothingServed = new Store<Live<ResourceInfo[]>>({ value: undefined, error: undefined })

/** What a connected cluster serves, as definitions come and go. */
export function useResources(cluster: string, enabled: boolean) {
  const core = useCore()
  const live = useMemo(
    () => (enabled ? core.live('resources.watch', { cluster }) : undefined),
    [core, cluster, enabled],
  )
  const { value, error } = useStore(live?.store ?? nothingServed)
  return { resources: value ?? noResources, error, retry: () => live?.retry() }
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
