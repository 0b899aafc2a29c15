import type { StatefulSet, StatefulSetSpec } from '#kubernetes/api/apps-v1.ts'
import type { PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import { checkLabel } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { validateClaimSpec } from '../persistentvolumeclaims/claim-validation.ts'
import { asPrinted } from '../shared/as-printed.ts'
import {
  each,
  forbidden,
  invalid,
  isEqual,
  nonNegative,
  optionalForm,
  optionalOneOf,
  required,
} from '../shared/field-errors.ts'
import {
  amountValue,
  validateCollisionCount,
  validateCounts,
  validateShare,
  validateWorkloadSelector,
  validateWorkloadTemplate,
} from '../shared/workload-validation.ts'

/** What is wrong with a StatefulSet. */
export function validateStatefulSet({ spec }: StatefulSet): FieldError[] {
  const policy = spec.persistentVolumeClaimRetentionPolicy
  const policyPath = 'spec.persistentVolumeClaimRetentionPolicy'
  return [
    ...validateManagement(spec),
    ...validateStrategy(spec),
    ...optionalOneOf(`${policyPath}.whenDeleted`, policy?.whenDeleted, ['Delete', 'Retain']),
    ...optionalOneOf(`${policyPath}.whenScaled`, policy?.whenScaled, ['Delete', 'Retain']),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.ordinals.start', spec.ordinals?.start),
    ...validateWorkloadSelector(spec.selector, 'statefulset'),
    ...validateWorkloadTemplate(withClaims(spec), spec.selector, 'StatefulSet'),
    ...each(spec.volumeClaimTemplates, 'spec.volumeClaimTemplates', ({ spec = {} }, path) =>
      validateClaimSpec(spec, `${path}.spec`),
    ),
  ]
}

/** The pod template with the volumes that its claims become, so that containers may mount them. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  const own = template.spec?.volumes ?? []
  const claims = volumeClaimTemplates
    .map(({ metadata }) => metadata.name ?? '')
    .filter(name => name && !own.some(volume => volume.name === name))
    .map(name => ({ name, persistentVolumeClaim: { claimName: name } }))
  if (!claims.length || !template.spec) return template
  return { ...template, spec: { ...template.spec, volumes: [...own, ...claims] } }
}

/** The name of the governing Service is looked at once. */
export const validateStatefulSetCreate = ({ spec }: StatefulSet): FieldError[] =>
  optionalForm('spec.serviceName', spec.serviceName, checkLabel)

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const

/** What makes up its identity stays. */
export function validateStatefulSetUpdate(
  { spec }: StatefulSet,
  { spec: old }: StatefulSet,
): FieldError[] {
  const fixed = (of: StatefulSetSpec): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(of).filter(([field]) => !(changeable as readonly string[]).includes(field)),
    )
  const names = changeable.map(field => `'${field}'`)
  const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return isEqual(fixed(spec), fixed(old))
    ? []
    : [forbidden('spec', `updates to statefulset spec for fields other than ${list} are forbidden`)]
}

/** What is wrong with what the controller reported. */
export function validateStatefulSetStatus({ status }: StatefulSet, old: StatefulSet): FieldError[] {
  if (!status) return []
  return [
    ...validateCounts(
      {
        replicas: status.replicas,
        readyReplicas: status.readyReplicas ?? 0,
        currentReplicas: status.currentReplicas ?? 0,
        updatedReplicas: status.updatedReplicas ?? 0,
        availableReplicas: status.availableReplicas ?? 0,
        observedGeneration: status.observedGeneration ?? 0,
      },
      [
        { count: 'replicas' },
        { count: 'readyReplicas', atMost: 'replicas' },
        { count: 'currentReplicas', atMost: 'replicas' },
        { count: 'updatedReplicas', atMost: 'replicas' },
        { count: 'availableReplicas', atMost: 'replicas' },
        { count: 'availableReplicas', atMost: 'readyReplicas' },
        { count: 'observedGeneration' },
      ],
    ),
    ...validateCollisionCount(status.collisionCount, old.status?.collisionCount),
  ]
}

function validateManagement({ podManagementPolicy }: StatefulSetSpec): FieldError[] {
  const path = 'spec.podManagementPolicy'
  if (!podManagementPolicy) return [required(path)]
  return podManagementPolicy === 'OrderedReady' || podManagementPolicy === 'Parallel'
    ? []
    : [invalid(path, podManagementPolicy, "must be 'OrderedReady' or 'Parallel'")]
}

function validateStrategy({ updateStrategy = {} }: StatefulSetSpec): FieldError[] {
  const path = 'spec.updateStrategy'
  const { type, rollingUpdate } = updateStrategy
  if (!type) return [required(path)]
  if (type === 'OnDelete')
    return rollingUpdate
      ? [
          invalid(
            `${path}.rollingUpdate`,
            rollingUpdate,
            "only allowed for updateStrategy 'RollingUpdate'",
          ),
        ]
      : []
  if (type !== 'RollingUpdate')
    return [
      invalid(
        path,
        asPrinted('apps/v1', 'StatefulSetUpdateStrategy', updateStrategy),
        "must be 'RollingUpdate' or 'OnDelete'",
      ),
    ]
  const { partition, maxUnavailable } = rollingUpdate ?? {}
  const unavailablePath = `${path}.rollingUpdate.maxUnavailable`
  return [
    ...nonNegative(`${path}.rollingUpdate.partition`, partition),
    ...(maxUnavailable === undefined
      ? []
      : [
          ...validateShare(maxUnavailable, unavailablePath),
          ...(amountValue(maxUnavailable) === 0
            ? [invalid(unavailablePath, maxUnavailable, 'cannot be 0')]
            : []),
        ]),
  ]
}
