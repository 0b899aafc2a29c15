import { formatTime } from '#base/clock.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionStatus,
} from '#kubernetes/api/apiextensions-v1.ts'
import { defineResource } from '../define-resource.ts'
import { defaultColumns } from '../shared/columns.ts'
import { loadRules } from '../shared/custom-resource/rules/lazy-rules.ts'
import { keepStatus } from '../shared/status.ts'
import { approvalCondition, validateApproval } from './api-approval.ts'
import {
  validateDefinition,
  validateDefinitionStatus,
  validateDefinitionUpdate,
  validateName,
} from './validate-definition.ts'

const cleanup = 'customresourcecleanup.apiextensions.k8s.io'

function setDefaults({ spec }: CustomResourceDefinition): void {
  if (!spec?.names) return
  const { names } = spec
  names.singular ||= (names.kind ?? '').toLowerCase()
  if (!names.singular) delete names.singular
  if (names.kind) names.listKind ||= `${names.kind}List`
  spec.conversion ??= { strategy: 'None' }
  const service = spec.conversion.webhook?.clientConfig?.service
  if (service) service.port ??= 443
}

/** A version that was ever stored stays in the list until somebody takes it out. */
function rememberStored(
  { spec }: CustomResourceDefinition,
  status: CustomResourceDefinitionStatus,
) {
  const known = status.storedVersions ?? []
  const stored = (spec.versions ?? []).filter(({ storage }) => storage).map(({ name }) => name)
  const added = stored.filter(name => !known.includes(name))
  return added.length ? { ...status, storedVersions: [...known, ...added] } : status
}

export const customResourceDefinitions = defineResource<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  storagePrefix: '/registry/apiextensions.k8s.io/customresourcedefinitions',
  columns: defaultColumns,
  plainFinalizers: true,
  load: loadRules,
  generation: true,
  defaults: setDefaults,
  prepareForCreate(crd, { now }) {
    const condition = approvalCondition(crd, now())
    const status = {
      conditions: condition ? [condition] : [],
      acceptedNames: { plural: '', kind: '' },
    }
    crd.status = rememberStored(crd, { ...status, storedVersions: [] })
  },
  prepareForUpdate(crd, old) {
    keepStatus(crd, old)
    crd.status = rememberStored(crd, crd.status ?? {})
  },
  prepareForDelete(crd, { now }) {
    const { metadata } = crd
    const finalizers = metadata.finalizers ?? []
    if (!finalizers.includes(cleanup)) metadata.finalizers = [...finalizers, cleanup]
    const conditions = (crd.status?.conditions ?? []).filter(({ type }) => type !== 'Terminating')
    conditions.push({
      lastTransitionTime: formatTime(now()),
      message:
        'CustomResourceDefinition marked for deletion; CustomResource deletion will be initiated soon',
      reason: 'InstanceDeletionPending',
      status: 'True',
      type: 'Terminating',
    })
    crd.status = { ...crd.status, conditions }
  },
  validateName,
  validateCreate: crd => validateApproval(crd, undefined),
  validate: validateDefinition,
  validateUpdate: (crd, old) => [
    ...validateDefinitionUpdate(crd, old),
    ...validateApproval(crd, old),
  ],
  status: {
    prepareForUpdate(crd, old) {
      const { managedFields } = crd.metadata
      crd.metadata = { ...old.metadata, ...(managedFields ? { managedFields } : {}) }
    },
    resetFields: [['metadata']],
    validateUpdate: validateDefinitionStatus,
  },
})
