import type { DaemonSet, DaemonSetSpec } from '#kubernetes/api/apps-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid, nonNegative, notSupported, required } from '../shared/field-errors.ts'
import {
  amountValue,
  immutableSelector,
  validateCollisionCount,
  validateCounts,
  validateShare,
  validateWorkloadSelector,
  validateWorkloadTemplate,
} from '../shared/workload-validation.ts'

/** What is wrong with a DaemonSet. */
export const validateDaemonSet = ({ spec }: DaemonSet): FieldError[] => [
  ...validateWorkloadSelector(spec.selector, 'daemonset'),
  ...validateWorkloadTemplate(spec.template, spec.selector, 'DaemonSet'),
  ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
  ...validateStrategy(spec),
  ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
]

/** A DaemonSet keeps its selector. */
export const validateDaemonSetUpdate = ({ spec }: DaemonSet, old: DaemonSet): FieldError[] =>
  immutableSelector(spec.selector, old.spec.selector)

/** What is wrong with what the controller reported. */
export function validateDaemonSetStatus({ status }: DaemonSet, old: DaemonSet): FieldError[] {
  if (!status) return []
  return [
    ...validateCounts({ ...status }, [
      { count: 'currentNumberScheduled' },
      { count: 'numberMisscheduled' },
      { count: 'desiredNumberScheduled' },
      { count: 'numberReady' },
      { count: 'observedGeneration' },
      { count: 'updatedNumberScheduled' },
      { count: 'numberAvailable' },
      { count: 'numberUnavailable' },
    ]),
    ...validateCollisionCount(status.collisionCount, old.status?.collisionCount),
  ]
}

function validateStrategy({ updateStrategy = {} }: DaemonSetSpec): FieldError[] {
  const path = 'spec.updateStrategy'
  const { type, rollingUpdate } = updateStrategy
  if (type === 'OnDelete') return []
  if (type !== 'RollingUpdate') {
    const printed = { Type: type ?? '', RollingUpdate: rollingUpdate ?? null }
    return [notSupported(path, printed, ['RollingUpdate', 'OnDelete'])]
  }
  if (!rollingUpdate) return [required(`${path}.rollingUpdate`)]
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate
  const unavailable = amountValue(maxUnavailable) !== 0
  const surge = amountValue(maxSurge) !== 0
  return [
    ...validateShare(maxUnavailable, `${path}.rollingUpdate.maxUnavailable`),
    ...validateShare(maxSurge, `${path}.rollingUpdate.maxSurge`),
    ...(unavailable && surge
      ? [
          invalid(
            `${path}.rollingUpdate.maxSurge`,
            maxSurge,
            'may not be set when maxUnavailable is non-zero',
          ),
        ]
      : []),
    ...(unavailable || surge
      ? []
      : [required(`${path}.rollingUpdate.maxUnavailable`, 'cannot be 0 when maxSurge is 0')]),
  ]
}
