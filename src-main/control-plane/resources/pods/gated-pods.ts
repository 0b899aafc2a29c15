import type { NodeSelectorTerm, PodSpec } from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, invalid, isEqual } from '../shared/field-errors.ts'

const must = 'requiredDuringSchedulingIgnoredDuringExecution'
const termsPath = `spec.affinity.nodeAffinity.${must}.nodeSelectorTerms`

/**
 * A pod that may not be scheduled yet can still be narrowed to fewer nodes. What is wrong with how that was
 * done; puts the old selectors back into `spec`, so that the rest can be compared.
 */
export function validateGatedChanges(spec: PodSpec, old: PodSpec): FieldError[] {
  const errors = validateNodeSelector(spec.nodeSelector ?? {}, old.nodeSelector ?? {})
  delete spec.nodeSelector
  if (old.nodeSelector) spec.nodeSelector = old.nodeSelector
  const before = old.affinity?.nodeAffinity
  const now = spec.affinity?.nodeAffinity
  if (isEqual(before, now)) return errors
  errors.push(
    ...validateTerms(now?.[must]?.nodeSelectorTerms ?? [], before?.[must]?.nodeSelectorTerms),
  )
  const { nodeAffinity: _, ...others } = spec.affinity ?? {}
  const affinity = before ? { ...others, nodeAffinity: before } : others
  delete spec.affinity
  if (Object.keys(affinity).length > 0) spec.affinity = affinity
  return errors
}

function validateNodeSelector(
  now: Record<string, string>,
  before: Record<string, string>,
): FieldError[] {
  return Object.entries(before).every(([key, value]) => now[key] === value)
    ? []
    : [
        invalid(
          'spec.nodeSelector',
          now,
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        ),
      ]
}

function validateTerms(now: NodeSelectorTerm[], before: NodeSelectorTerm[] = []): FieldError[] {
  if (before.length === 0) return []
  if (before.length !== now.length)
    return [
      invalid(
        termsPath,
        now,
        'no additions/deletions to non-empty NodeSelectorTerms list are allowed',
      ),
    ]
  return each(now, termsPath, (term, path, index) => {
    const old = before[index] ?? {}
    const extended =
      startsWith(term.matchExpressions, old.matchExpressions) &&
      startsWith(term.matchFields, old.matchFields)
    return extended
      ? []
      : [invalid(path, term, 'only additions are allowed (no mutations or deletions)')]
  })
}

const startsWith = (now: unknown[] = [], before: unknown[] = []) =>
  before.every((item, index) => isEqual(item, now[index]))
