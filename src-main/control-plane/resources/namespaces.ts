import type { Namespace } from '#kubernetes/api/core-v1.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { keepStatus } from './shared/status.ts'

const nameLabel = 'kubernetes.io/metadata.name'

function labelWithName({ metadata }: Namespace): void {
  if (metadata.name) metadata.labels = { ...metadata.labels, [nameLabel]: metadata.name }
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
  status: { prepareForUpdate: keepFinalizers },
  subresources: { finalize: { kind: 'Namespace', verbs: ['update'] } },
})
