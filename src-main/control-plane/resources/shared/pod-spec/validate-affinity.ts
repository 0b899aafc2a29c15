import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from '#kubernetes/api/core-v1.ts'
import {
  checkLabel,
  checkLabelValue,
  checkQualifiedName,
  checkSubdomain,
} from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, invalid, malformed, required, requiredForm } from '../field-errors.ts'
import { validateLabelSelector, validateOperator } from '../label-selector.ts'
import { validateLabelKeys } from './validate-label-keys.ts'

const must = 'requiredDuringSchedulingIgnoredDuringExecution'
const should = 'preferredDuringSchedulingIgnoredDuringExecution'

/** What is wrong with where a pod wants to be. */
export function validateAffinity(affinity: Affinity | undefined, path: string): FieldError[] {
  if (!affinity) return []
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity
  const needed = nodeAffinity?.[must]
  const nodePath = `${path}.nodeAffinity`
  return [
    ...(needed ? validateNodeSelector(needed, `${nodePath}.${must}`) : []),
    ...each(nodeAffinity?.[should], `${nodePath}.${should}`, ({ weight, preference }, path) => [
      ...validateWeight(weight, `${path}.weight`),
      ...validateNodeTerm(preference ?? {}, `${path}.preference`),
    ]),
    ...validatePodAffinity(podAffinity, `${path}.podAffinity`),
    ...validatePodAffinity(podAntiAffinity, `${path}.podAntiAffinity`),
  ]
}

const validateWeight = (weight: number, path: string): FieldError[] =>
  weight >= 1 && weight <= 100 ? [] : [invalid(path, weight ?? 0, 'must be in the range 1-100')]

/** What is wrong with a choice of nodes. */
export function validateNodeSelector(
  { nodeSelectorTerms }: NodeSelector,
  path: string,
): FieldError[] {
  const at = `${path}.nodeSelectorTerms`
  return nodeSelectorTerms?.length
    ? each(nodeSelectorTerms, at, validateNodeTerm)
    : [required(at, 'must have at least one node selector term')]
}

export const validateNodeTerm = (term: NodeSelectorTerm, path: string): FieldError[] => [
  ...each(term.matchExpressions, `${path}.matchExpressions`, validateExpression),
  ...each(term.matchFields, `${path}.matchFields`, validateFieldMatch),
]

function validateExpression(requirement: NodeSelectorRequirement, path: string): FieldError[] {
  const { key = '', operator, values = [] } = requirement
  return [
    ...validateValueCount(operator, values, path),
    ...malformed(`${path}.key`, key, checkQualifiedName(key)),
    ...each(values, `${path}.values`, (value, path) =>
      malformed(path, value, checkLabelValue(value)),
    ),
  ]
}

function validateValueCount(operator: string, values: string[], path: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
    case 'Exists':
    case 'DoesNotExist':
      return validateOperator(operator, values, path)
    case 'Gt':
    case 'Lt':
      return values.length === 1
        ? []
        : [
            required(
              `${path}.values`,
              "must be specified single value when `operator` is 'Lt' or 'Gt'",
            ),
          ]
    default:
      return [invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator')]
  }
}

function validateFieldMatch(requirement: NodeSelectorRequirement, path: string): FieldError[] {
  const { key, operator, values = [] } = requirement
  const known = operator === 'In' || operator === 'NotIn'
  return [
    ...(known
      ? values.length === 1
        ? []
        : [
            required(
              `${path}.values`,
              "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
            ),
          ]
      : [invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator')]),
    ...(key === 'metadata.name'
      ? each(values, `${path}.values`, (value, path) =>
          malformed(path, value, checkSubdomain(value)),
        )
      : [invalid(`${path}.key`, key ?? '', 'not a valid field selector key')]),
  ]
}

const validatePodAffinity = (affinity: PodAffinity | undefined, path: string): FieldError[] => [
  ...each(affinity?.[must], `${path}.${must}`, validatePodTerm),
  ...each(affinity?.[should], `${path}.${should}`, ({ weight, podAffinityTerm }, path) => [
    ...validateWeight(weight, `${path}.weight`),
    ...validatePodTerm(podAffinityTerm ?? { topologyKey: '' }, `${path}.podAffinityTerm`),
  ]),
]

function validatePodTerm(term: PodAffinityTerm, path: string): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey } = term
  return [
    ...validateLabelSelector(labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...namespaces.flatMap(name => malformed(`${path}.namespace`, name, checkLabel(name))),
    ...validateLabelKeys(term, path),
    ...(topologyKey
      ? requiredForm(`${path}.topologyKey`, topologyKey, checkQualifiedName)
      : [required(`${path}.topologyKey`, 'can not be empty')]),
  ]
}
