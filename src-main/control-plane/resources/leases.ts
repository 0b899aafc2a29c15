import type { Lease } from '#kubernetes/api/coordination-v1.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'

export const leases = defineResource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  storagePrefix: '/registry/leases',
  createOnUpdate: true,
  columns: [
    nameColumn,
    { name: 'Holder', type: 'string', value: ({ spec }) => spec?.holderIdentity ?? '' },
    ageColumn,
  ],
  defaults(lease) {
    lease.spec ??= {}
  },
})
