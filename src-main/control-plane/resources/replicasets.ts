import type { ReplicaSet, ReplicaSetSpec } from '#kubernetes/api/apps-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, containersAndImages, nameColumn } from './shared/columns.ts'
import { immutable, nonNegative } from './shared/field-errors.ts'
import { selectorText } from './shared/label-selector.ts'
import { defaultPodTemplate } from './shared/pod-spec/pod-spec-defaults.ts'
import { templateWarnings } from './shared/pod-spec/pod-warnings.ts'
import { keepStatus } from './shared/status.ts'
import { scaleByReplicas } from './shared/workload.ts'
import {
  validateCounts,
  validateWorkloadSelector,
  validateWorkloadTemplate,
} from './shared/workload-validation.ts'

const validate = ({ spec }: ReplicaSet): FieldError[] => [
  ...nonNegative('spec.replicas', spec.replicas),
  ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
  ...validateWorkloadSelector(spec.selector, 'deployment'),
  ...validateWorkloadTemplate(spec.template, spec.selector),
]

const validateStatus = ({ status = { replicas: 0 } }: ReplicaSet): FieldError[] => [
  ...validateCounts(status, [
    { count: 'replicas' },
    { count: 'fullyLabeledReplicas', atMost: 'replicas' },
    { count: 'readyReplicas', atMost: 'replicas' },
    { count: 'availableReplicas', atMost: 'replicas' },
    { count: 'availableReplicas', atMost: 'readyReplicas', detail: 'readyReplicas' },
    { count: 'terminatingReplicas' },
  ]),
  ...nonNegative('status.observedGeneration', status.observedGeneration),
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
  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', value: ({ spec }) => spec.replicas ?? 0 },
    { name: 'Current', type: 'integer', value: ({ status }) => status?.replicas ?? 0 },
    { name: 'Ready', type: 'integer', value: ({ status }) => status?.readyReplicas ?? 0 },
    ageColumn,
    ...containersAndImages<ReplicaSet>(({ spec }) => spec.template),
    {
      name: 'Selector',
      type: 'string',
      priority: 1,
      value: ({ spec }) => selectorText(spec.selector),
    },
  ],
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
  validateUpdate: ({ spec }, old) => immutable('spec.selector', spec.selector, old.spec.selector),
  status: { validateUpdate: validateStatus },
  scale: scaleByReplicas,
})
