import type { Condition } from '#kubernetes/api/meta-v1.ts'
import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import { checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  duplicate,
  each,
  invalid,
  malformed,
  nonNegative,
  notSupported,
  optionalOneOf,
  required,
  tooLong,
} from '../shared/field-errors.ts'
import { validateLabelSelector } from '../shared/label-selector.ts'
import { byteLength } from '../shared/object-meta.ts'
import { validateShare } from '../shared/workload-validation.ts'

const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget']
const reasonPattern = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'

/** What is wrong with a PodDisruptionBudget. */
export function validateBudget({ spec }: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector } = spec
  return [
    ...(minAvailable !== undefined && maxUnavailable !== undefined
      ? [invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set')]
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
  const conditions = status?.conditions ?? []
  const types = conditions.map(({ type }) => type)
  return [
    ...each(conditions, 'status.conditions', (condition, path, index) => [
      ...(types.indexOf(condition.type) < index ? [duplicate(`${path}.type`, condition.type)] : []),
      ...validateCondition(condition, path),
    ]),
    ...counts.flatMap(count => nonNegative(`status.${count}`, status?.[count])),
  ]
}

function validateCondition(condition: Condition, path: string): FieldError[] {
  const { type = '', status, reason = '', message = '', observedGeneration = 0 } = condition
  const states = ['False', 'True', 'Unknown']
  return [
    ...malformed(`${path}.type`, type, checkQualifiedName(type)),
    ...(states.includes(status) ? [] : [notSupported(`${path}.status`, status, states)]),
    ...(observedGeneration < 0
      ? [
          invalid(
            `${path}.observedGeneration`,
            observedGeneration,
            'must be greater than or equal to zero',
          ),
        ]
      : []),
    ...(condition.lastTransitionTime ? [] : [required(`${path}.lastTransitionTime`)]),
    ...validateReason(`${path}.reason`, reason),
    ...(byteLength(message) > 32_768 ? [tooLong(`${path}.message`, 32_768)] : []),
  ]
}

function validateReason(path: string, reason: string): FieldError[] {
  if (reason === '') return [required(path)]
  if (byteLength(reason) > 1024) return [tooLong(path, 1024)]
  return new RegExp(`^${reasonPattern}$`).test(reason)
    ? []
    : [
        invalid(
          path,
          reason,
          `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${reasonPattern}')`,
        ),
      ]
}
