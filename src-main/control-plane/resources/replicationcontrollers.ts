import type { ReplicationController } from '#kubernetes/api/core-v1.ts'
import { equalitySelector } from '#kubernetes/selectors/label-selector.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { labelsText } from './shared/columns.ts'
import { nonNegative, required } from './shared/field-errors.ts'
import { defaultPodTemplate } from './shared/pod-spec/pod-spec-defaults.ts'
import { templateWarnings } from './shared/pod-spec/pod-warnings.ts'
import { keepStatus } from './shared/status.ts'
import { replicaColumns, scaleReplicas } from './shared/workload.ts'
import { validateReplicaStatus, validateReplicaTemplate } from './shared/workload-validation.ts'

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
  columns: replicaColumns(({ spec }) => labelsText(spec.selector)),
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
  status: { validateUpdate: ({ status }) => validateReplicaStatus(status) },
  scale: {
    ...scaleReplicas,
    selector: ({ spec }) => equalitySelector(spec.selector).toString(),
  },
})
