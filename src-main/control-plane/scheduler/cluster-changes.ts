import type { Node, Pod } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import type { ClusterChange } from './framework.ts'

/** What of a node's update may make a waiting pod fit; a heartbeat is nothing. */
export function nodeChanges(node: Node, old: Node): ClusterChange[] {
  const changes: ClusterChange[] = []
  if (!semanticEqual(node.metadata.labels, old.metadata.labels)) changes.push('node labels')
  const taints = ({ spec }: Node) => [spec?.taints, spec?.unschedulable]
  if (!semanticEqual(taints(node), taints(old))) changes.push('node taints')
  if (!semanticEqual(node.status?.allocatable, old.status?.allocatable)) {
    changes.push('node allocatable')
  }
  return changes
}

/** What of a pod's update, or of its appearance, may make a waiting pod (itself, if it waits) fit. */
export function podChanges(pod: Pod, old: Pod | undefined): ClusterChange[] {
  if (!old || old.spec?.nodeName !== pod.spec?.nodeName) return ['pod added']
  const changes: ClusterChange[] = []
  if (!semanticEqual(pod.metadata.labels, old.metadata.labels)) changes.push('pod labels')
  // Requests may shrink in place, and a waiting pod's tolerations and gates may change.
  if (!semanticEqual(pod.spec, old.spec) || hasOtherResources(pod, old)) {
    changes.push('pod removed')
  }
  return changes
}

/** Whether containers were given or granted something else than they had. */
function hasOtherResources({ status }: Pod, old: Pod): boolean {
  const before = old.status?.containerStatuses ?? []
  return before.some(one => {
    const now = status?.containerStatuses?.find(({ name }) => name === one.name)
    return (
      now !== undefined &&
      !(
        semanticEqual(now.resources, one.resources) &&
        semanticEqual(now.allocatedResources, one.allocatedResources)
      )
    )
  })
}
