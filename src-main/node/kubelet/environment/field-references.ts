import type { ResourceFieldSelector } from '#kubernetes/api/core-v1.ts'
import { parseQuantity } from '#kubernetes/quantity.ts'
import { type BoundPod, findContainer } from '../pod-facts.ts'

/** What a pod may learn of itself that isn't in its object yet. */
export interface PodFieldFacts {
  hostIP: string
  podIPs: string[]
  /** The node's allocatable resources: what counts where a limit is unset. */
  allocatable: Record<string, string>
}

/** The value of a `fieldRef`. Throws for a path the downward API doesn't offer. */
export function podFieldValue(pod: BoundPod, fieldPath: string, facts: PodFieldFacts): string {
  const { metadata, spec } = pod
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(fieldPath)
  if (subscript) {
    const map = subscript[1] === 'labels' ? metadata.labels : metadata.annotations
    return map?.[subscript[2] ?? ''] ?? ''
  }
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid
    case 'metadata.labels':
      return formatMap(metadata.labels)
    case 'metadata.annotations':
      return formatMap(metadata.annotations)
    case 'spec.nodeName':
      return spec.nodeName ?? ''
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? ''
    case 'status.hostIP':
    case 'status.hostIPs':
      return facts.hostIP
    case 'status.podIP':
      return facts.podIPs[0] ?? ''
    case 'status.podIPs':
      return facts.podIPs.join(',')
    default:
      throw new Error(`unsupported fieldPath: ${fieldPath}`)
  }
}

/** The value of a `resourceFieldRef`: a whole number of divisors, rounded up. Throws for an unknown container or resource. */
export function resourceFieldValue(
  pod: BoundPod,
  ownName: string | undefined,
  reference: ResourceFieldSelector,
  facts: PodFieldFacts,
): string {
  const name = reference.containerName || ownName || ''
  const container = findContainer(pod, name)
  if (!container) throw new Error(`container ${name} not found`)
  const [kind, resource = ''] = reference.resource.split(/\.(.*)/s)
  if (kind !== 'limits' && kind !== 'requests')
    throw new Error(`unsupported container resource : ${reference.resource}`)
  const declared = container.resources?.[kind]?.[resource]
  const value = declared ?? (kind === 'limits' ? facts.allocatable[resource] : undefined) ?? '0'
  const divisor = parseQuantity(reference.divisor || '1') || 10n ** 9n
  const amount = parseQuantity(value) ?? 0n
  return String((amount + divisor - 1n) / divisor)
}

/** Sorted lines of `key="value"`, as labels and annotations look in a downward API file. */
function formatMap(map: Record<string, string> = {}): string {
  return Object.keys(map)
    .sort()
    .map(key => `${key}=${JSON.stringify(map[key])}`)
    .join('\n')
}
