import type { ReplicationController } from '#kubernetes/api/core-v1.ts'
import { equalitySelector } from '#kubernetes/selectors/label-selector.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, containersAndImages, labelsText, nameColumn } from './shared/columns.ts'
import { nonNegative, required } from './shared/field-errors.ts'
import { defaultPodTemplate } from './shared/pod-spec/pod-spec-defaults.ts'
import { templateWarnings } from './shared/pod-spec/pod-warnings.ts'
import { keepStatus } from './shared/status.ts'
import { validateCounts, validateReplicaTemplate } from './shared/workload-validation.ts'

const isEmpty = (labels: Record<string, string> | undefined): boolean =>
  Object.keys(labels ?? {}).length === 0

function validate({ spec }: ReplicationController): FieldError[] {
  const { minReadySeconds, replicas, selector = {}, template } = spec
  const selects = isEmpty(selector) ? { matches: () => true } : equalitySelector(selector)
  return [
    ...nonNegative('spec.minReadySeconds', minReadySeconds),
    ...(isEmpty(selector) ? [required('spec.selector')] : []),
    ...nonNegative('spec.replicas', replicas),
    ...validateReplicaTemplate(template, selects, 'ReplicationController'),
  ]
}

const validateStatus = ({ status = { replicas: 0 } }: ReplicationController): FieldError[] => [
  ...validateCounts(status, [
    { count: 'replicas' },
    { count: 'fullyLabeledReplicas', atMost: 'replicas' },
    { count: 'readyReplicas', atMost: 'replicas' },
    { count: 'availableReplicas', atMost: 'replicas' },
    { count: 'availableReplicas', atMost: 'readyReplicas', detail: 'readyReplicas' },
  ]),
  ...nonNegative('status.observedGeneration', status.observedGeneration),
]

/** What the template's labels stand in for: the controller's own labels and its selector. */
function defaultFromTemplate({ metadata, spec }: ReplicationController): void {
  const labels = spec.template?.metadata?.labels
  if (isEmpty(labels)) return
  if (isEmpty(spec.selector)) spec.selector = { ...labels }
  if (isEmpty(metadata.labels)) metadata.labels = { ...labels }
}

export const replicationControllers = defineResource<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  // For old clients, as of Jobs.
  defaultPropagation: 'Orphan',
  storagePrefix: '/registry/controllers',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', value: ({ spec }) => spec.replicas ?? 0 },
    { name: 'Current', type: 'integer', value: ({ status }) => status?.replicas ?? 0 },
    { name: 'Ready', type: 'integer', value: ({ status }) => status?.readyReplicas ?? 0 },
    ageColumn,
    ...containersAndImages<ReplicationController>(({ spec }) => spec.template),
    {
      name: 'Selector',
      type: 'string',
      priority: 1,
      value: ({ spec }) => labelsText(spec.selector),
    },
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  defaults(controller) {
    controller.spec ??= {}
    defaultFromTemplate(controller)
    if (controller.spec.template) defaultPodTemplate(controller.spec.template)
    controller.spec.replicas ??= 1
    controller.spec.minReadySeconds ??= 0
  },
  prepareForCreate(controller) {
    controller.status = { replicas: 0 }
  },
  prepareForUpdate: keepStatus,
  warnings: templateWarnings,
  validate,
  status: { validateUpdate: validateStatus },
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    setReplicas({ spec }, replicas) {
      spec.replicas = replicas
    },
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => equalitySelector(spec.selector).toString(),
  },
})
