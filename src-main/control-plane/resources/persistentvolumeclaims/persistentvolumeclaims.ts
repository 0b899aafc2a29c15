import type { PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import { canonicalQuantity } from '#kubernetes/quantity.ts'
import { classOf } from '#kubernetes/storage-binding.ts'
import { defineResource } from '../define-resource.ts'
import { claimSizeWarnings } from '../shared/amount-warnings.ts'
import { betaClassWarnings } from '../shared/class-warnings.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { keepStatus } from '../shared/status.ts'
import { accessModesText } from '../shared/volume-modes.ts'
import { validateClaimSpec, validateClaimStatus, validateClaimUpdate } from './claim-validation.ts'
import { alignDataSources } from './data-sources.ts'

/** Fills the spec of a claim, in claims and in templates of claims. */
export function defaultClaim(claim: PersistentVolumeClaim): void {
  claim.spec ??= {}
  claim.spec.volumeMode ??= 'Filesystem'
  claim.status ??= {}
  claim.status.phase ??= 'Pending'
}

const isBound = ({ spec }: PersistentVolumeClaim): boolean => Boolean(spec?.volumeName)

export const persistentVolumeClaims = defineResource<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  answersDeleted: true,
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  namespaced: true,
  storagePrefix: '/registry/persistentvolumeclaims',
  unconditionalUpdate: true,
  generation: false,
  columns: [
    nameColumn,
    {
      name: 'Status',
      type: 'string',
      value: ({ metadata, status }) =>
        metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    },
    { name: 'Volume', type: 'string', value: ({ spec }) => spec?.volumeName ?? '' },
    {
      name: 'Capacity',
      type: 'string',
      value: claim =>
        isBound(claim) ? canonicalQuantity(claim.status?.capacity?.['storage'] ?? '0') : '',
    },
    {
      name: 'Access Modes',
      type: 'string',
      value: claim => (isBound(claim) ? accessModesText(claim.status?.accessModes) : ''),
    },
    {
      name: 'StorageClass',
      type: 'string',
      value: classOf,
    },
    {
      name: 'VolumeAttributesClass',
      type: 'string',
      value: ({ spec }) => spec?.volumeAttributesClassName ?? '<unset>',
    },
    ageColumn,
    {
      name: 'VolumeMode',
      type: 'string',
      priority: 1,
      value: ({ spec }) => spec?.volumeMode ?? '<unset>',
    },
  ],
  defaults: defaultClaim,
  prepareForCreate(claim) {
    claim.status = { phase: 'Pending' }
    alignDataSources(claim.spec ?? {})
  },
  prepareForUpdate(claim, old) {
    keepStatus(claim, old)
    alignDataSources(claim.spec ?? {}, old.spec)
  },
  warnings: ({ metadata, spec }) => [
    ...betaClassWarnings(metadata),
    ...claimSizeWarnings(spec?.resources, 'spec'),
  ],
  validate: ({ spec = {} }) => validateClaimSpec(spec, 'spec'),
  validateUpdate: validateClaimUpdate,
  status: { validateUpdate: validateClaimStatus },
})
