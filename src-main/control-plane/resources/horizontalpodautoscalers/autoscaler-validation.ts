import type {
  HorizontalPodAutoscaler,
  HPAScalingPolicy,
  HPAScalingRules,
} from '#kubernetes/api/autoscaling-v2.ts'
import { parseQuantity } from '#kubernetes/quantity.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, invalid, nonNegative, notSupported, required } from '../shared/field-errors.ts'
import { validateMetrics } from './metric-validation.ts'
import { validateReference } from './reference-validation.ts'

const maxPeriodSeconds = 1800
const maxWindowSeconds = 3600

/** What is wrong with an autoscaler. */
export function validateAutoscaler({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const { minReplicas, maxReplicas = 0, behavior } = spec
  return [
    ...(minReplicas !== undefined && minReplicas < 1
      ? [invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1')]
      : []),
    ...(maxReplicas < 1
      ? [invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0')]
      : []),
    ...(minReplicas !== undefined && maxReplicas < minReplicas
      ? [invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...validateReference(spec.scaleTargetRef, 'spec.scaleTargetRef'),
    ...validateMetrics(spec.metrics, 'spec.metrics'),
    ...validateRules(behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...validateRules(behavior?.scaleDown, 'spec.behavior.scaleDown'),
  ]
}

/** What is wrong with what the controller reported. */
export const validateAutoscalerStatus = ({ status }: HorizontalPodAutoscaler): FieldError[] => [
  ...nonNegative('status.currentReplicas', status?.currentReplicas),
  ...nonNegative('status.desiredReplicas', status?.desiredReplicas),
]

function validateRules(rules: HPAScalingRules | undefined, path: string): FieldError[] {
  if (!rules) return []
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules
  const choices = ['Disabled', 'Max', 'Min']
  return [
    ...validateSeconds(window, `${path}.stabilizationWindowSeconds`),
    ...(selectPolicy !== undefined && !choices.includes(selectPolicy)
      ? [notSupported(`${path}.selectPolicy`, selectPolicy, choices)]
      : []),
    ...(policies.length === 0
      ? [required(`${path}.policies`, 'must specify at least one Policy')]
      : []),
    ...each(policies, `${path}.policies`, validatePolicy),
    ...(tolerance !== undefined && (parseQuantity(tolerance) ?? 0n) < 0n
      ? [invalid(`${path}.tolerance`, tolerance, 'must be greater than or equal to 0')]
      : []),
  ]
}

function validateSeconds(seconds: number | undefined, path: string): FieldError[] {
  if (seconds === undefined) return []
  if (seconds < 0) return [invalid(path, seconds, 'must be greater than or equal to zero')]
  return seconds > maxWindowSeconds
    ? [invalid(path, seconds, `must be less than or equal to ${maxWindowSeconds}`)]
    : []
}

const validatePolicy = (
  { type, value = 0, periodSeconds = 0 }: HPAScalingPolicy,
  path: string,
): FieldError[] => [
  ...(type === 'Pods' || type === 'Percent'
    ? []
    : [notSupported(`${path}.type`, type ?? '', ['Pods', 'Percent'])]),
  ...(value <= 0 ? [invalid(`${path}.value`, value, 'must be greater than zero')] : []),
  ...(periodSeconds <= 0
    ? [invalid(`${path}.periodSeconds`, periodSeconds, 'must be greater than zero')]
    : []),
  ...(periodSeconds > maxPeriodSeconds
    ? [
        invalid(
          `${path}.periodSeconds`,
          periodSeconds,
          `must be less than or equal to ${maxPeriodSeconds}`,
        ),
      ]
    : []),
]
