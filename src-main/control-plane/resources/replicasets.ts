import type { ReplicaSet, ReplicaSetSpec } from '#kubernetes/api/apps-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { nonNegative } from './shared/field-errors.ts'
import { selectorText } from './shared/label-selector.ts'
import { defaultPodTemplate } from './shared/pod-spec/pod-spec-defaults.ts'
import { templateWarnings } from './shared/pod-spec/pod-warnings.ts'
import { keepStatus } from './shared/status.ts'
import { replicaColumns, scaleByReplicas } from './shared/workload.ts'
import {
  immutableSelector,
  validateReplicaStatus,
  validateWorkloadSelector,
  validateWorkloadTemplate,
} from './shared/workload-validation.ts'

const validate = ({ spec }: ReplicaSet): FieldError[] => [
  ...nonNegative('spec.replicas', spec.replicas),
  ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
  ...validateWorkloadSelector(spec.selector, 'deployment'),
  ...validateWorkloadTemplate(spec.template, spec.selector),
]

export const replicaSets = defineResource<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  storagePrefix: '/registry/replicasets',
  unconditionalUpdate: true,
  columns: replicaColumns(({ spec }) => selectorText(spec.selector)),
  defaults(replicaSet) {
    replicaSet.spec ??= {} as ReplicaSetSpec
    replicaSet.spec.template ??= {}
    defaultPodTemplate(replicaSet.spec.template)
    replicaSet.spec.replicas ??= 1
  },
  prepareForCreate(replicaSet) {
    replicaSet.status = { replicas: 0 }
  },
  prepareForUpdate: keepStatus,
  warnings: templateWarnings,
  validate,
  validateUpdate: ({ spec }, old) => immutableSelector(spec.selector, old.spec.selector),
  status: { validateUpdate: ({ status }) => validateReplicaStatus(status) },
  scale: scaleByReplicas,
})
