import type { Namespace } from '#kubernetes/api/core-v1.ts'
import { checkLabel, checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { each, invalid, malformed } from './shared/field-errors.ts'
import { nameCheck } from './shared/formats.ts'
import { validateFinalizer } from './shared/object-meta.ts'
import { keepStatus } from './shared/status.ts'

const nameLabel = 'kubernetes.io/metadata.name'

function labelWithName({ metadata }: Namespace): void {
  if (metadata.name) metadata.labels = { ...metadata.labels, [nameLabel]: metadata.name }
}

const validate = ({ spec }: Namespace): FieldError[] =>
  each(spec.finalizers, 'spec.finalizers', (finalizer, path) => [
    ...malformed('spec.finalizers', finalizer, checkQualifiedName(finalizer)),
    ...validateFinalizer(finalizer, path),
  ])

/** A namespace is `Terminating` exactly while it is being deleted. */
function validatePhase({ metadata, status }: Namespace): FieldError[] {
  const wanted = metadata.deletionTimestamp ? 'Terminating' : 'Active'
  if (status?.phase === wanted) return []
  const condition = metadata.deletionTimestamp ? 'is not empty' : 'is empty'
  return [
    invalid(
      'status.phase',
      status?.phase ?? '',
      `may only be '${wanted}' if \`deletionTimestamp\` ${condition}`,
    ),
  ]
}

function keepFinalizers(namespace: Namespace, old: Namespace): void {
  namespace.spec = { ...namespace.spec }
  if (old.spec?.finalizers) namespace.spec.finalizers = old.spec.finalizers
  else delete namespace.spec.finalizers
}

export const namespaces = defineResource<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  storagePrefix: '/registry/namespaces',
  unconditionalUpdate: true,
  generation: false,
  columns: [
    nameColumn,
    { name: 'Status', type: 'string', value: ({ status }) => status?.phase ?? '' },
    ageColumn,
  ],
  selectableFields: { 'status.phase': ({ status }) => status?.phase ?? '' },
  defaults(namespace) {
    namespace.spec ??= {}
    namespace.status ??= {}
    namespace.status.phase ??= 'Active'
    labelWithName(namespace)
  },
  prepareForCreate(namespace) {
    labelWithName(namespace)
    namespace.status = { phase: 'Active' }
    const finalizers = namespace.spec.finalizers ?? []
    if (!finalizers.includes('kubernetes'))
      namespace.spec.finalizers = [...finalizers, 'kubernetes']
  },
  prepareForUpdate(namespace, old) {
    keepFinalizers(namespace, old)
    keepStatus(namespace, old)
  },
  validateName: nameCheck(checkLabel),
  validate,
  status: { prepareForUpdate: keepFinalizers, validateUpdate: validatePhase },
  subresources: {
    finalize: {
      kind: 'Namespace',
      verbs: ['update'],
      validateUpdate: validate,
    },
  },
})
