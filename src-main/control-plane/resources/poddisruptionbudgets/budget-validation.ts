import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { asPrinted } from '../shared/as-printed.ts'
import { validateConditions } from '../shared/conditions.ts'
import { invalid, nonNegative, optionalOneOf } from '../shared/field-errors.ts'
import { validateLabelSelector } from '../shared/label-selector.ts'
import { validateShare } from '../shared/workload-validation.ts'

const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget']

/** What is wrong with a PodDisruptionBudget. */
export function validateBudget({ spec }: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector } = spec
  return [
    ...(minAvailable !== undefined && maxUnavailable !== undefined
      ? [
          invalid(
            'spec',
            asPrinted('policy/v1', 'PodDisruptionBudgetSpec', spec),
            'minAvailable and maxUnavailable cannot be both set',
          ),
        ]
      : []),
    ...(minAvailable === undefined ? [] : validateShare(minAvailable, 'spec.minAvailable')),
    ...(maxUnavailable === undefined ? [] : validateShare(maxUnavailable, 'spec.maxUnavailable')),
    ...validateLabelSelector(selector, 'spec.selector'),
    ...optionalOneOf(
      'spec.unhealthyPodEvictionPolicy',
      spec.unhealthyPodEvictionPolicy,
      evictionPolicies,
    ),
  ]
}

/** What is wrong with the status of a PodDisruptionBudget. */
export function validateBudgetStatus({ status }: PodDisruptionBudget): FieldError[] {
  const counts = ['currentHealthy', 'desiredHealthy', 'disruptionsAllowed', 'expectedPods'] as const
  return [
    ...validateConditions(status?.conditions, 'status.conditions'),
    ...counts.flatMap(count => nonNegative(`status.${count}`, status?.[count])),
  ]
}
