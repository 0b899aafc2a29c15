import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'

interface WithLabelKeys {
  labelSelector?: LabelSelector
  matchLabelKeys?: string[]
  mismatchLabelKeys?: string[]
}

/** Writes the pod's own values of `matchLabelKeys` and `mismatchLabelKeys` into the selectors beside them. */
export function mergeLabelKeys({ metadata, spec }: Pod): void {
  const labels = metadata.labels ?? {}
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {}
  const terms: WithLabelKeys[] = [podAffinity, podAntiAffinity].flatMap(affinity => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => podAffinityTerm,
    ),
  ])
  terms.push(...(spec.topologySpreadConstraints ?? []))
  for (const term of terms) {
    addRequirements(term.labelSelector, 'In', term.matchLabelKeys, labels)
    addRequirements(term.labelSelector, 'NotIn', term.mismatchLabelKeys, labels)
  }
}

function addRequirements(
  selector: LabelSelector | undefined,
  operator: 'In' | 'NotIn',
  keys: string[] = [],
  labels: Record<string, string>,
): void {
  if (!selector) return
  for (const key of keys) {
    const value = labels[key]
    if (value === undefined) continue
    selector.matchExpressions = [
      ...(selector.matchExpressions ?? []),
      { key, operator, values: [value] },
    ]
  }
}
