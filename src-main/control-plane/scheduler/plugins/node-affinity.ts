import type { NodeSelectorRequirement, NodeSelectorTerm, Pod } from '#kubernetes/api/core-v1.ts'
import { matchesLabels } from '#kubernetes/selectors/match-label-selector.ts'
import { normalizeByMax, type Plugin } from '../framework.ts'
import type { NodeState } from '../node-state.ts'

const rejection = { reasons: ["node(s) didn't match Pod's node affinity/selector"], final: true }

/** `nodeSelector` and node affinity. */
export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  wakesOn: ['node added', 'node labels'],
  filter({ pod }) {
    return hasNodeRules(pod)
      ? node => (matchesNodeRules(pod, node) ? undefined : rejection)
      : undefined
  },
  score({ pod }) {
    const preferred =
      pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    if (preferred.length === 0) return undefined
    return {
      score: node =>
        preferred.reduce(
          (sum, { weight, preference }) => sum + (matchesTerm(preference, node) ? weight : 0),
          0,
        ),
      normalize: normalizeByMax,
    }
  },
}

const requiredTerms = ({ spec }: Pod): NodeSelectorTerm[] | undefined =>
  spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms

const hasNodeRules = (pod: Pod): boolean =>
  Object.keys(pod.spec?.nodeSelector ?? {}).length > 0 || requiredTerms(pod) !== undefined

/** Whether a node satisfies the pod's `nodeSelector` and required node affinity. */
export function matchesNodeRules(pod: Pod, node: NodeState): boolean {
  if (!matchesLabels(pod.spec?.nodeSelector, node.labels)) return false
  return requiredTerms(pod)?.some(term => matchesTerm(term, node)) ?? true
}

/** A term without requirements matches nothing. */
function matchesTerm(
  { matchExpressions, matchFields }: NodeSelectorTerm,
  node: NodeState,
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
