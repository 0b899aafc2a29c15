import { checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid, malformed } from './field-errors.ts'

/** What a container can ask for by a short name. */
const containerNames = ['cpu', 'memory', 'ephemeral-storage']

/** The resources that have no domain in their name. */
export const standardNames = [
  ...containerNames,
  'storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'persistentvolumeclaims',
  'configmaps',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
  'services.nodeports',
  'services.loadbalancers',
]

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-')

/** Whether a resource is Kubernetes' own. */
export const isNative = (name: string): boolean =>
  !name.includes('/') || name.includes('kubernetes.io/')

/** Whether a resource is one that somebody adds to nodes, such as `example.com/gpu`. */
export const isExtended = (name: string): boolean =>
  !isNative(name) &&
  !name.startsWith('requests.') &&
  checkQualifiedName(`requests.${name}`).length === 0

/** What is wrong with the name of a resource anywhere. */
export function validateResourceName(name: string, path: string): FieldError[] {
  const problems = malformed(path, name, checkQualifiedName(name))
  if (problems.length > 0 || name.includes('/')) return problems
  return standardNames.includes(name) || isHugePages(name)
    ? []
    : [invalid(path, name, 'must be a standard resource type or fully qualified')]
}

/** What is wrong with the name of a resource that containers ask for. */
export function validateContainerResourceName(name: string, path: string): FieldError[] {
  const problems = malformed(path, name, checkQualifiedName(name))
  if (problems.length > 0) return problems
  if (containerNames.includes(name) || isHugePages(name)) return []
  if (!name.includes('/')) {
    return [
      ...validateResourceName(name, path),
      invalid(path, name, 'must be a standard resource for containers'),
    ]
  }
  return !isNative(name) && name.startsWith('requests.')
    ? [invalid(path, name, "doesn't follow extended resource name standard")]
    : []
}
