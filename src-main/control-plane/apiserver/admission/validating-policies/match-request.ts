import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type {
  MatchResources,
  NamedRuleWithOperations,
} from '#kubernetes/api/admissionregistration-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import {
  isEmptySelector,
  matchesLabelSelector,
} from '#kubernetes/selectors/match-label-selector.ts'
import type { Caches } from '../../cache/caches.ts'
import { type Catalog, storeKey } from '../../catalog.ts'
import type { AdmissionRequest } from '../admission-step.ts'

/**
 * As which kind a request is chosen: that of the request, or another version that its objects are served as. Undefined
 * when it isn't chosen.
 */
export function matchRequest(
  match: MatchResources,
  request: AdmissionRequest,
  services: { catalog: Catalog; caches: Caches },
): ResourceDefinition | undefined {
  const definition = request.rules ?? request.definition
  const kinds =
    match.matchPolicy === 'Exact' ? [definition] : equivalents(definition, services.catalog)
  const excluded = match.excludeResourceRules ?? []
  if (kinds.some(kind => excluded.some(rule => matchesRule(rule, request, kind)))) return undefined
  const rules = match.resourceRules
  const found = rules?.length
    ? kinds.find(kind => rules.some(rule => matchesRule(rule, request, kind)))
    : definition
  if (!found || !matchesNamespace(match, request, services)) return undefined
  return matchesObject(match, request) ? found : undefined
}

/** The kind itself, then the others that its objects are served as. */
const equivalents = (definition: ResourceDefinition, catalog: Catalog): ResourceDefinition[] => [
  definition,
  ...[...catalog.all()].filter(
    other =>
      other !== definition &&
      other.storagePrefix === definition.storagePrefix &&
      other.plural === definition.plural,
  ),
]

const includes = (list: readonly string[] | undefined, wanted: string): boolean =>
  (list ?? []).some(one => one === '*' || one === wanted)

function matchesRule(
  rule: NamedRuleWithOperations,
  request: AdmissionRequest,
  { group, version, plural, namespaced }: ResourceDefinition,
): boolean {
  const { scope = '*', resourceNames } = rule
  return (
    includes(rule.operations, request.operation) &&
    includes(rule.apiGroups, group) &&
    includes(rule.apiVersions, version) &&
    (rule.resources ?? []).some(one => matchesResource(one, plural, request.subresource)) &&
    (scope === '*' || (scope === 'Namespaced') === namespaced) &&
    (!resourceNames?.length || resourceNames.includes(request.name))
  )
}

function matchesResource(pattern: string, plural: string, subresource: string): boolean {
  const [resource, part = ''] = pattern.split('/')
  const isResource = resource === '*' || resource === plural
  return isResource && (part === subresource || (part === '*' && pattern !== '*'))
}

function matchesNamespace(
  { namespaceSelector }: MatchResources,
  { definition, object, old, namespace }: AdmissionRequest,
  { catalog, caches }: { catalog: Catalog; caches: Caches },
): boolean {
  if (isEmptySelector(namespaceSelector)) return true
  const namespaces = catalog.get('', 'v1', 'namespaces')
  if (definition === namespaces)
    return matchesLabelSelector(namespaceSelector, (object ?? old)?.metadata.labels)
  if (!definition.namespaced) return true
  const item = caches.of(namespaces).get(storeKey(namespaces, '', namespace))
  return matchesLabelSelector(namespaceSelector, item?.object.metadata.labels)
}

function matchesObject(
  { objectSelector }: MatchResources,
  { object, old }: AdmissionRequest,
): boolean {
  if (isEmptySelector(objectSelector)) return true
  const matches = (one: Readonly<KubernetesObject> | undefined) =>
    one !== undefined && matchesLabelSelector(objectSelector, one.metadata?.labels)
  return matches(object) || matches(old)
}
