import type { NonResourcePolicyRule, ResourcePolicyRule } from '#kubernetes/api/flowcontrol-v1.ts'
import { checkLabel } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, invalid, notSupported, required } from '../shared/field-errors.ts'

const verbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'proxy',
  'update',
  'watch',
]

/** What is wrong with a rule about resources. */
export const validateResourceRule = (rule: ResourcePolicyRule, path: string): FieldError[] => [
  ...validateVerbs(rule.verbs ?? [], `${path}.verbs`),
  ...(rule.apiGroups?.length
    ? validateWildcard(rule.apiGroups, `${path}.apiGroups`, 'api groups')
    : [required(`${path}.apiGroups`, 'resource rules must supply at least one api group')]),
  ...(rule.resources?.length
    ? validateWildcard(rule.resources, `${path}.resources`, 'resources')
    : [required(`${path}.resources`, 'resource rules must supply at least one resource')]),
  ...validateNamespaces(rule, `${path}.namespaces`),
]

/** What is wrong with a rule about other paths. */
export function validateNonResourceRule(rule: NonResourcePolicyRule, path: string): FieldError[] {
  const { nonResourceURLs: urls = [] } = rule
  const urlsPath = `${path}.nonResourceURLs`
  return [
    ...validateVerbs(rule.verbs ?? [], `${path}.verbs`),
    ...(urls.length === 0
      ? [required(urlsPath, 'nonResourceURLs must contain at least one value')]
      : urls.includes('*')
        ? validateWildcard(urls, urlsPath, 'non-resource URLs')
        : each(urls, urlsPath, (url, path) => {
            const problem = urlProblem(url)
            return problem ? [invalid(path, url, problem)] : []
          })),
  ]
}

function validateVerbs(given: string[], path: string): FieldError[] {
  if (given.length === 0) return [required(path, 'verbs must contain at least one value')]
  if (given.includes('*')) return validateWildcard(given, path, 'verbs')
  return given.every(verb => verbs.includes(verb)) ? [] : [notSupported(path, given, verbs)]
}

const validateWildcard = (given: string[], path: string, what: string): FieldError[] =>
  given.length > 1 && given.includes('*')
    ? [invalid(path, given, `if '*' is present, must not specify other ${what}`)]
    : []

function validateNamespaces(
  { namespaces = [], clusterScope }: ResourcePolicyRule,
  path: string,
): FieldError[] {
  if (namespaces.length === 0)
    return clusterScope
      ? []
      : [
          required(
            path,
            'resource rules that are not cluster scoped must supply at least one namespace',
          ),
        ]
  if (namespaces.includes('*')) return validateWildcard(namespaces, path, 'namespaces')
  return each(namespaces, path, (namespace, path) =>
    checkLabel(namespace).map(problem =>
      invalid(
        path,
        namespace,
        `each member of this list must be '*' or a DNS-1123 label; ${problem}`,
      ),
    ),
  )
}

function urlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty'
  if (url === '/') return undefined
  if (!url.startsWith('/')) return 'must start with slash'
  if (url.includes(' ')) return 'must not contain white-space'
  if (url.includes('//')) return 'must not contain double slash'
  const stars = url.split('*').length - 1
  return stars > 1 || (stars === 1 && !url.endsWith('/*'))
    ? 'wildcard can only do suffix matching'
    : undefined
}
