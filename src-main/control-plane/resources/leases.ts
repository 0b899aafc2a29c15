import type { Lease } from '#kubernetes/api/coordination-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { invalid, nonNegative } from './shared/field-errors.ts'

function validate({ spec }: Lease): FieldError[] {
  const { leaseDurationSeconds } = spec
  return [
    ...(leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0
      ? [invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0')]
      : []),
    ...nonNegative('spec.leaseTransitions', spec.leaseTransitions),
  ]
}

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
  validate,
})
