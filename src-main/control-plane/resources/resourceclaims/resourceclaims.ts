import type { ResourceClaim, ResourceClaimSpec } from '#kubernetes/api/resource-v1.ts'
import { defineResource } from '../define-resource.ts'
import { asPrinted } from '../shared/as-printed.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { defaultClaimSpec, validateClaimSpec } from '../shared/devices/claim-spec.ts'
import { loadSelectorLanguage } from '../shared/devices/selector-language.ts'
import { immutable } from '../shared/field-errors.ts'
import { keepStatus } from '../shared/status.ts'
import { validateClaimStatus } from './claim-status.ts'

const stateText = ({ metadata, status }: ResourceClaim): string =>
  [
    ...(metadata.deletionTimestamp ? ['deleted'] : []),
    ...(!status?.allocation && !metadata.deletionTimestamp ? ['pending'] : []),
    ...(status?.allocation ? ['allocated'] : []),
    ...(status?.allocation && status.reservedFor?.length ? ['reserved'] : []),
  ].join(',')

export const resourceClaims = defineResource<ResourceClaim>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaim',
  plural: 'resourceclaims',
  answersDeleted: true,
  singular: 'resourceclaim',
  namespaced: true,
  storagePrefix: '/registry/resourceclaims',
  unconditionalUpdate: true,
  generation: false,
  load: loadSelectorLanguage,
  columns: [nameColumn, { name: 'State', type: 'string', value: stateText }, ageColumn],
  defaults(claim) {
    claim.spec ??= {} as ResourceClaimSpec
    defaultClaimSpec(claim.spec)
  },
  prepareForCreate(claim) {
    claim.status = {}
  },
  prepareForUpdate: keepStatus,
  validate: ({ spec }, old) => (old ? [] : validateClaimSpec(spec, 'spec')),
  validateUpdate: ({ spec }, old) =>
    immutable('spec', spec, old.spec, asPrinted('resource.k8s.io/v1', 'ResourceClaimSpec', spec)),
  status: { validateUpdate: validateClaimStatus },
})
