import type { ResourceInfo } from '../../src-main/contract/tables.ts'

/** A kind in the plural, in Kubernetes' own case: `Pods`, `NetworkPolicies`, `EndpointSlices`. */
export function pluralKind({ kind, resource }: Pick<ResourceInfo, 'kind' | 'resource'>): string {
  const lower = kind.toLowerCase()
  if (resource === lower) return kind
  if (resource === `${lower}s`) return `${kind}s`
  if (resource === `${lower}es`) return `${kind}es`
  if (resource === `${lower.slice(0, -1)}ies`) return `${kind.slice(0, -1)}ies`
  return kind
}
