import type { Deployment, DeploymentSpec } from '#kubernetes/api/apps-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { forbidden, invalid, nonNegative, notSupported, required } from '../shared/field-errors.ts'
import {
  amountValue,
  immutableSelector,
  validateAmount,
  validateCollisionCount,
  validateCounts,
  validateWorkloadSelector,
  validateWorkloadTemplate,
} from '../shared/workload-validation.ts'

/** What is wrong with a deployment. */
export function validateDeployment({ spec }: Deployment): FieldError[] {
  const { progressDeadlineSeconds, minReadySeconds = 0 } = spec
  return [
    ...nonNegative('spec.replicas', spec.replicas),
    ...validateWorkloadSelector(spec.selector, 'deployment'),
    ...validateWorkloadTemplate(spec.template, spec.selector),
    ...validateStrategy(spec),
    ...nonNegative('spec.minReadySeconds', minReadySeconds),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...nonNegative('spec.progressDeadlineSeconds', progressDeadlineSeconds),
    ...(progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds
      ? [
          invalid(
            'spec.progressDeadlineSeconds',
            progressDeadlineSeconds,
            'must be greater than minReadySeconds',
          ),
        ]
      : []),
  ]
}

/** A deployment keeps its selector. */
export const validateDeploymentUpdate = ({ spec }: Deployment, old: Deployment): FieldError[] =>
  immutableSelector(spec.selector, old.spec.selector)

/** What is wrong with what the controller reported. */
export function validateDeploymentStatus(
  { status = {} }: Deployment,
  old: Deployment,
): FieldError[] {
  const { collisionCount, observedGeneration } = status
  return [
    ...nonNegative('status.observedGeneration', observedGeneration),
    ...validateCounts(status, [
      { count: 'replicas' },
      { count: 'updatedReplicas', atMost: 'replicas' },
      { count: 'readyReplicas', atMost: 'replicas' },
      { count: 'availableReplicas', atMost: 'replicas' },
      { count: 'availableReplicas', atMost: 'readyReplicas', detail: 'readyReplicas' },
      { count: 'unavailableReplicas' },
      { count: 'terminatingReplicas' },
    ]),
    ...validateCollisionCount(collisionCount, old.status?.collisionCount),
  ]
}

function validateStrategy({ strategy = {} }: DeploymentSpec): FieldError[] {
  const path = 'spec.strategy'
  const { type, rollingUpdate } = strategy
  if (type === 'Recreate')
    return rollingUpdate
      ? [
          forbidden(
            `${path}.rollingUpdate`,
            "may not be specified when strategy `type` is 'Recreate'",
          ),
        ]
      : []
  if (type !== 'RollingUpdate')
    return [notSupported(path, strategyAsPrinted(strategy), ['Recreate', 'RollingUpdate'])]
  if (!rollingUpdate)
    return [required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')]
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate
  const unavailablePath = `${path}.rollingUpdate.maxUnavailable`
  return [
    ...validateAmount(maxUnavailable, unavailablePath),
    ...validateAmount(maxSurge, `${path}.rollingUpdate.maxSurge`),
    ...(amountValue(maxUnavailable) === 0 && amountValue(maxSurge) === 0
      ? [invalid(unavailablePath, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
      : []),
    ...(typeof maxUnavailable === 'string' && amountValue(maxUnavailable) > 100
      ? [invalid(unavailablePath, maxUnavailable, 'must not be greater than 100%')]
      : []),
  ]
}

/** Upstream prints its own struct here. */
const strategyAsPrinted = ({ type }: { type?: string }) => ({
  Type: type ?? '',
  RollingUpdate: null,
})
