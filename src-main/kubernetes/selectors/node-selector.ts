import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '../api/core-v1.ts'
import { matchesLabels } from './match-label-selector.ts'

/** What selectors see of a node. */
export interface NamedNode {
  name: string
  labels: Record<string, string> | undefined
}

const requiredTerms = (spec: PodSpec | undefined): NodeSelectorTerm[] | undefined =>
  spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms

/** Whether a pod's spec restricts its nodes by `nodeSelector` or required node affinity. */
export const hasNodeRules = (spec: PodSpec | undefined): boolean =>
  Object.keys(spec?.nodeSelector ?? {}).length > 0 || requiredTerms(spec) !== undefined

/** Whether a node satisfies the pod's `nodeSelector` and required node affinity. */
export function matchesNodeRules(spec: PodSpec | undefined, node: NamedNode): boolean {
  if (!matchesLabels(spec?.nodeSelector, node.labels)) return false
  return requiredTerms(spec)?.some(term => matchesNodeTerm(term, node)) ?? true
}

/** A term without requirements matches nothing. */
export function matchesNodeTerm(
  { matchExpressions, matchFields }: NodeSelectorTerm,
  node: NamedNode,
): boolean {
  if (!matchExpressions?.length && !matchFields?.length) return false
  return (
    (matchExpressions ?? []).every(requirement =>
      matches(requirement, node.labels?.[requirement.key]),
    ) &&
    (matchFields ?? []).every(
      requirement => requirement.key === 'metadata.name' && matches(requirement, node.name),
    )
  )
}

function matches(requirement: NodeSelectorRequirement, value: string | undefined): boolean {
  const { operator, values = [] } = requirement
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return compare(value, values[0]) > 0
    case 'Lt':
      return compare(value, values[0]) < 0
    default:
      return false
  }
}

const integer = /^[+-]?\d+$/

/** NaN, which is neither more nor less, when either isn't a whole number. */
const compare = (value = '', bound = ''): number =>
  integer.test(value) && integer.test(bound) ? Number(value) - Number(bound) : Number.NaN
