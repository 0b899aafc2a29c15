import type {
  NamedRuleWithOperations,
  Rule,
  RuleWithOperations,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { checkPathSegment } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { duplicate, each, invalid, malformed, notSupported, required } from '../field-errors.ts'

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const scopes = ['*', 'Cluster', 'Namespaced']

/** What is wrong with a rule that says which requests are meant. */
export const validateRule = (rule: RuleWithOperations, path: string): FieldError[] => [
  ...validateWildcard(rule.operations, `${path}.operations`, 'operations'),
  ...each<string>(rule.operations, `${path}.operations`, (operation, path) =>
    operations.includes(operation) ? [] : [notSupported(path, operation, operations)],
  ),
  ...validateWildcard(rule.apiGroups, `${path}.apiGroups`, 'API groups'),
  ...validateWildcard(rule.apiVersions, `${path}.apiVersions`, 'API versions'),
  ...each(rule.apiVersions, `${path}.apiVersions`, (version, path) =>
    version ? [] : [required(path)],
  ),
  ...validateResources(rule.resources ?? [], `${path}.resources`),
  ...(rule.scope === undefined || scopes.includes(rule.scope)
    ? []
    : [notSupported(`${path}.scope`, rule.scope, scopes)]),
]

/** Like `validateRule`, for a rule that may name objects too. */
export const validateNamedRule = (rule: NamedRuleWithOperations, path: string): FieldError[] => [
  ...each(rule.resourceNames, `${path}.resourceNames`, (name, path, index) => [
    ...malformed(path, name, checkPathSegment(name)),
    ...((rule.resourceNames ?? []).indexOf(name) < index ? [duplicate(path, name)] : []),
  ]),
  ...validateRule(rule, path),
]

/** Fills the scope that a rule may leave out. */
export function defaultRules(rules: Rule[] | undefined): void {
  for (const rule of rules ?? []) rule.scope ??= '*'
}

function validateWildcard(given: readonly string[] = [], path: string, what: string): FieldError[] {
  if (given.length === 0) return [required(path)]
  return given.length > 1 && given.includes('*')
    ? [invalid(path, given, `if '*' is present, must not specify other ${what}`)]
    : []
}

function validateResources(resources: string[], path: string): FieldError[] {
  if (resources.length === 0) return [required(path)]
  const isPlain = (resource: string) => !resource.includes('/') && resource !== '*'
  return [
    ...validateOverlaps(resources, path),
    ...(resources.length > 1 && resources.includes('*/*')
      ? [invalid(path, resources, "if '*/*' is present, must not specify other resources")]
      : []),
    ...(resources.includes('*') && resources.some(resource => resource && isPlain(resource))
      ? [
          invalid(
            path,
            resources,
            "if '*' is present, must not specify other resources without subresources",
          ),
        ]
      : []),
  ]
}

/** No entry may be covered by a wildcard that stands before it. */
function validateOverlaps(resources: string[], path: string): FieldError[] {
  const withAllSubresources = new Set<string>()
  const ofAllResources = new Set<string>()
  return each(resources, path, (entry, path) => {
    if (!entry) return [required(path)]
    const slash = entry.indexOf('/')
    if (slash < 0) return []
    const [resource, subresource] = [entry.slice(0, slash), entry.slice(slash + 1)]
    const refuse = (wildcard: string) =>
      invalid(path, entry, `if '${wildcard}' is present, must not specify ${entry}`)
    const errors = [
      ...(withAllSubresources.has(resource) ? [refuse(`${resource}/*`)] : []),
      ...(ofAllResources.has(subresource) ? [refuse(`*/${subresource}`)] : []),
    ]
    if (subresource === '*') withAllSubresources.add(resource)
    if (resource === '*') ofAllResources.add(subresource)
    return errors
  })
}
