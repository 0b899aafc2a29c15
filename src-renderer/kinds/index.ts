import type { ResourceName } from '../../src-main/contract/tables.ts'
import * as access from './access.tsx'
import * as batch from './batch.tsx'
import * as cluster from './cluster.tsx'
import type { KindPresentation } from './define-kind.ts'
import * as endpoints from './endpoints.tsx'
import * as extensions from './extensions.tsx'
import { services } from './network.tsx'
import { networkPolicies } from './network-policies.ts'
import { pods } from './pods.tsx'
import * as policies from './policies.tsx'
import * as storage from './storage.tsx'
import {
  daemonSets,
  deployments,
  replicaSets,
  replicationControllers,
  statefulSets,
} from './workloads.tsx'

const kinds = new Map(
  [
    pods,
    deployments,
    replicaSets,
    statefulSets,
    daemonSets,
    replicationControllers,
    services,
    networkPolicies,
    ...[access, batch, cluster, endpoints, extensions, policies, storage].flatMap(file =>
      Object.values(file),
    ),
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
