import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import { matchesLabels } from '#kubernetes/selectors/match-label-selector.ts'
import type { ClusterListers } from './framework.ts'

/**
 * What selects the group that a pod belongs to: the Services that select it, and the ReplicationController, ReplicaSet
 * or StatefulSet that owns it, together; undefined when there is nothing of the kind.
 */
export function groupSelector(pod: Pod, listers: ClusterListers): LabelSelector | undefined {
  const { namespace = '', labels, ownerReferences = [] } = pod.metadata
  const matchLabels: Record<string, string> = {}
  for (const { spec } of listers.services.list(namespace)) {
    const { selector = {} } = spec ?? {}
    if (Object.keys(selector).length > 0 && matchesLabels(selector, labels)) {
      Object.assign(matchLabels, selector)
    }
  }
  const owner = ownerReferences.find(({ controller }) => controller)
  const key = `${namespace}/${owner?.name}`
  const selector = owner && ownerSelector(owner.kind, key, listers)
  Object.assign(matchLabels, selector?.matchLabels)
  const matchExpressions = selector?.matchExpressions ?? []
  if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0) return undefined
  return { matchLabels, ...(matchExpressions.length ? { matchExpressions } : {}) }
}

function ownerSelector(
  kind: string,
  key: string,
  { replicationControllers, replicaSets, statefulSets }: ClusterListers,
): LabelSelector | undefined {
  switch (kind) {
    case 'ReplicaSet':
      return replicaSets.get(key)?.spec?.selector
    case 'StatefulSet':
      return statefulSets.get(key)?.spec?.selector
    case 'ReplicationController':
      return { matchLabels: replicationControllers.get(key)?.spec?.selector ?? {} }
    default:
      return undefined
  }
}
