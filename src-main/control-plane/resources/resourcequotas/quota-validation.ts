import type {
  ResourceQuota,
  ResourceQuotaSpec,
  ScopedResourceSelectorRequirement,
} from '#kubernetes/api/core-v1.ts'
import { canonicalQuantity, isWhole, parseQuantity, quantityProblem } from '#kubernetes/quantity.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { immutable, invalid, required } from '../shared/field-errors.ts'
import { standardNames, validateResourceName } from '../shared/resource-names.ts'

const compute = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']
const counts = [
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]
const podScopes = ['pods', ...compute]
/** What the amounts of a quota may be of, by its scope. */
const scopes: Record<string, string[]> = {
  BestEffort: ['pods'],
  CrossNamespacePodAffinity: podScopes,
  NotBestEffort: podScopes,
  NotTerminating: podScopes,
  PriorityClass: podScopes,
  Terminating: podScopes,
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
}
const conflicting = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
]

/** Whether a name without slash stands for something that quotas can limit. */
const isQuotaResource = (name: string) =>
  (standardNames.includes(name) && name !== 'storage') ||
  name.startsWith('hugepages-') ||
  name.startsWith('requests.hugepages-')

/** What is wrong with a ResourceQuota. */
export const validateQuota = ({ spec }: ResourceQuota): FieldError[] => [
  ...validateAmounts(spec.hard, 'spec.hard'),
  ...validateScopes(spec),
  ...validateScopeSelector(spec),
]

/** A quota keeps its scopes. */
export const validateQuotaUpdate = ({ spec }: ResourceQuota, old: ResourceQuota): FieldError[] =>
  immutable('spec.scopes', spec.scopes?.toSorted(), old.spec.scopes?.toSorted())

/** What is wrong with the status of a ResourceQuota. */
export const validateQuotaStatus = ({ status = {} }: ResourceQuota): FieldError[] => [
  ...validateAmounts(status.hard, 'status.hard'),
  ...validateAmounts(status.used, 'status.used'),
]

const validateAmounts = (amounts: Record<string, string> = {}, path: string): FieldError[] =>
  Object.entries(amounts).flatMap(([name, amount]) => [
    ...validateQuotaResourceName(name, `${path}[${name}]`),
    ...validateAmount(name, amount, `${path}[${name}]`),
  ])

function validateQuotaResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path)
  return errors.length > 0 || name.includes('/') || isQuotaResource(name)
    ? errors
    : [invalid(path, name, 'must be a standard resource for quota')]
}

function validateAmount(name: string, amount: string, path: string): FieldError[] {
  const nanos = parseQuantity(amount)
  if (nanos === undefined) {
    return [invalid(path, amount, quantityProblem(String(amount)) ?? 'must be a quantity')]
  }
  const shown = canonicalQuantity(amount)
  return [
    ...(nanos < 0n ? [invalid(path, shown, 'must be greater than or equal to 0')] : []),
    ...(counts.includes(name) && !isWhole(nanos)
      ? [invalid(path, shown, 'must be an integer')]
      : []),
  ]
}

function validateScopes({ hard = {}, scopes: named = [] }: ResourceQuotaSpec): FieldError[] {
  const refuse = (detail: string) => invalid('spec.scopes', named, detail)
  return [
    ...named.flatMap(scope => problemsOfScope(scope, hard)).map(refuse),
    ...conflictsOf(named).map(refuse),
  ]
}

/** What a scope can't be applied to. */
function problemsOfScope(scope: string, hard: Record<string, string>): string[] {
  const fitting = scopes[scope]
  const unfit = Object.keys(hard)
    .sort()
    .filter(name => isQuotaResource(name) && fitting && !fitting.includes(name))
  return [
    ...(fitting ? [] : ['unsupported scope']),
    ...unfit.map(() => 'unsupported scope applied to resource'),
  ]
}

const conflictsOf = (names: readonly string[]): string[] =>
  conflicting
    .filter(pair => pair.every(scope => names.includes(scope)))
    .map(() => 'conflicting scopes')

function validateScopeSelector({ hard = {}, scopeSelector }: ResourceQuotaSpec): FieldError[] {
  const path = 'spec.scopeSelector.matchExpressions'
  const requirements = scopeSelector?.matchExpressions ?? []
  const existing = requirements
    .filter(({ operator }) => operator === 'Exists')
    .map(({ scopeName }) => scopeName)
  return [
    ...requirements.flatMap(requirement => [
      ...validateRequirement(requirement, path),
      ...problemsOfScope(requirement.scopeName, hard)
        .filter(detail => detail !== 'unsupported scope')
        .map(detail => invalid(path, scopeSelector, detail)),
    ]),
    ...conflictsOf(existing).map(detail => invalid(path, scopeSelector, detail)),
  ]
}

function validateRequirement(
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
  path: string,
): FieldError[] {
  const byExistence = scopeName !== 'PriorityClass' && scopeName !== 'VolumeAttributesClass'
  return [
    ...(scopes[scopeName] ? [] : [invalid(`${path}.scopeName`, scopeName, 'unsupported scope')]),
    ...(byExistence && operator !== 'Exists'
      ? [
          invalid(
            `${path}.operator`,
            operator,
            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
          ),
        ]
      : []),
    ...validateValues(operator, values, path),
  ]
}

function validateValues(operator: string, values: string[], path: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? []
        : [
            required(
              `${path}.values`,
              "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
            ),
          ]
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [
            invalid(
              `${path}.values`,
              values,
              "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
            ),
          ]
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')]
  }
}
