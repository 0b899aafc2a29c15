import type {
  NodeSelectorRequirement,
  NodeSelectorTerm,
  VolumeNodeAffinity,
} from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid, isEqual } from '../shared/field-errors.ts'

/** Labels of beta, and those that took their place. */
const successors: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
}

/** A volume that says where it can be reached says so for ever; labels of beta alone may give way to their successors. */
export function validateAffinityUpdate(
  now: VolumeNodeAffinity | undefined,
  old: VolumeNodeAffinity | undefined,
): FieldError[] {
  if (!old || isEqual(now, old) || (now && isEqual(now, renewed(old, now)))) return []
  return [
    invalid(
      'nodeAffinity',
      now ? asPrinted(now) : 'null',
      'field is immutable, except for updating from beta label to GA',
    ),
  ]
}

/** The old one with the successor's name wherever the new one has it. */
function renewed(old: VolumeNodeAffinity, now: VolumeNodeAffinity): VolumeNodeAffinity {
  const newTerms = now.required?.nodeSelectorTerms ?? []
  const renewTerm = (term: NodeSelectorTerm, index: number): NodeSelectorTerm =>
    term.matchExpressions
      ? {
          ...term,
          matchExpressions: term.matchExpressions.map((requirement, at) => {
            const successor = successors[requirement.key]
            const isRenewed = newTerms[index]?.matchExpressions?.[at]?.key === successor
            return successor && isRenewed ? { ...requirement, key: successor } : requirement
          }),
        }
      : term
  return old.required
    ? { ...old, required: { nodeSelectorTerms: old.required.nodeSelectorTerms.map(renewTerm) } }
    : old
}

/** Upstream prints its own structs here. */
const asPrinted = ({ required }: VolumeNodeAffinity) => ({
  Required: required
    ? { NodeSelectorTerms: (required.nodeSelectorTerms ?? []).map(termAsPrinted) }
    : null,
})

const termAsPrinted = ({ matchExpressions, matchFields }: NodeSelectorTerm) => ({
  MatchExpressions: matchExpressions?.map(requirementAsPrinted) ?? null,
  MatchFields: matchFields?.map(requirementAsPrinted) ?? null,
})

const requirementAsPrinted = ({ key, operator, values }: NodeSelectorRequirement) => ({
  Key: key,
  Operator: operator,
  Values: values ?? null,
})
