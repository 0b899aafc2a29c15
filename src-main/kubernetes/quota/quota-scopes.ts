import type {
  PersistentVolumeClaim,
  Pod,
  ResourceQuota,
  ScopedResourceSelectorRequirement,
} from '../api/core-v1.ts'
import type { KubernetesObject } from '../objects.ts'
import { countsTowards, type QuotaResource } from './quota-usage.ts'

/** Whether a quota is about an object: it names a resource of its kind, and every scope holds. */
export const isQuotaOf = (
  quota: Readonly<ResourceQuota>,
  resource: QuotaResource,
  object: Readonly<KubernetesObject>,
): boolean =>
  Object.keys(quota.spec.hard ?? {}).some(name => countsTowards(resource, name)) &&
  scopesOf(quota).every(scope => isInScope(scope, resource, object))

/** The scopes of a quota in one form. */
const scopesOf = ({ spec }: Readonly<ResourceQuota>): ScopedResourceSelectorRequirement[] => [
  ...(spec.scopes ?? []).map(scopeName => ({ scopeName, operator: 'Exists' as const })),
  ...(spec.scopeSelector?.matchExpressions ?? []),
]

/** Only pods and, by their class, claims have scopes. */
function isInScope(
  scope: ScopedResourceSelectorRequirement,
  { group, plural }: QuotaResource,
  object: Readonly<KubernetesObject>,
): boolean {
  if (group !== '') return false
  if (plural === 'pods') return isPodInScope(scope, object as Pod)
  if (plural !== 'persistentvolumeclaims' || scope.scopeName !== 'VolumeAttributesClass')
    return false
  return selects(scope, (object as PersistentVolumeClaim).spec?.volumeAttributesClassName)
}

function isPodInScope(scope: ScopedResourceSelectorRequirement, { spec, status }: Pod): boolean {
  switch (scope.scopeName) {
    case 'Terminating':
      return spec.activeDeadlineSeconds !== undefined
    case 'NotTerminating':
      return spec.activeDeadlineSeconds === undefined
    case 'BestEffort':
      return status?.qosClass === 'BestEffort'
    case 'NotBestEffort':
      return status?.qosClass !== 'BestEffort'
    case 'PriorityClass':
      return selects(scope, spec.priorityClassName)
    case 'CrossNamespacePodAffinity':
      return looksAcrossNamespaces(spec)
    default:
      return false
  }
}

function selects({ operator, values = [] }: ScopedResourceSelectorRequirement, name = ''): boolean {
  switch (operator) {
    case 'In':
      return values.includes(name)
    case 'NotIn':
      return !values.includes(name)
    case 'DoesNotExist':
      return name === ''
    default:
      return name !== ''
  }
}

function looksAcrossNamespaces({ affinity = {} }: Pod['spec']): boolean {
  const terms = [affinity.podAffinity, affinity.podAntiAffinity].flatMap(one => [
    ...(one?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(one?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => podAffinityTerm,
    ),
  ])
  return terms.some(
    term => (term.namespaces ?? []).length > 0 || term.namespaceSelector !== undefined,
  )
}
