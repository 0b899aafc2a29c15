import type { ResourceName } from '../../src-main/contract/tables.ts'
import { configMaps, events, namespaces, nodes, secrets } from './cluster.tsx'
import type { KindPresentation } from './define-kind.ts'
import { services } from './network.tsx'
import { pods } from './pods.tsx'
import { daemonSets, deployments, jobs, replicaSets, statefulSets } from './workloads.tsx'

const kinds = new Map(
  [
    pods,
    deployments,
    replicaSets,
    statefulSets,
    daemonSets,
    jobs,
    services,
    configMaps,
    secrets,
    nodes,
    namespaces,
    events,
  ].map(kind => [kind.resource, kind]),
)

/** What the window knows of a kind; nothing but its name for one it has never heard of. */
export function presentationOf({
  group,
  resource,
}: Pick<ResourceName, 'group' | 'resource'>): KindPresentation {
  const name = group ? `${resource}.${group}` : resource
  return kinds.get(name) ?? { resource: name }
}
