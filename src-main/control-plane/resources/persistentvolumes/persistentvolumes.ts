import { formatTime } from '#base/clock.ts'
import type { PersistentVolume } from '#kubernetes/api/core-v1.ts'
import { canonicalQuantity } from '#kubernetes/quantity.ts'
import { classOf } from '#kubernetes/storage-binding.ts'
import { defineResource } from '../define-resource.ts'
import { betaClassWarnings } from '../shared/class-warnings.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { nodeTermWarnings } from '../shared/deprecated-labels.ts'
import { defaultVolumeSource } from '../shared/pod-spec/volume-defaults.ts'
import { deprecatedSources } from '../shared/pod-spec/volume-warnings.ts'
import { keepStatus } from '../shared/status.ts'
import { accessModesText } from '../shared/volume-modes.ts'
import { validateVolume, validateVolumeUpdate } from './volume-validation.ts'

const volumeWarnings = ({ metadata, spec = {} }: PersistentVolume): string[] => [
  ...betaClassWarnings(metadata),
  ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
    ? [
        'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      ]
    : []),
  ...(spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).flatMap((term, index) =>
    nodeTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`),
  ),
  ...deprecatedSources(spec, 'spec'),
]

export const persistentVolumes = defineResource<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  answersDeleted: true,
  singular: 'persistentvolume',
  shortNames: ['pv'],
  namespaced: false,
  storagePrefix: '/registry/persistentvolumes',
  unconditionalUpdate: true,
  generation: false,
  columns: [
    nameColumn,
    {
      name: 'Capacity',
      type: 'string',
      value: ({ spec }) => canonicalQuantity(spec?.capacity?.['storage'] ?? '0'),
    },
    {
      name: 'Access Modes',
      type: 'string',
      value: ({ spec }) => accessModesText(spec?.accessModes),
    },
    {
      name: 'Reclaim Policy',
      type: 'string',
      value: ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? '',
    },
    {
      name: 'Status',
      type: 'string',
      value: ({ metadata, status }) =>
        metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    },
    {
      name: 'Claim',
      type: 'string',
      value: ({ spec }) =>
        spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '',
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
    { name: 'Reason', type: 'string', value: ({ status }) => status?.reason ?? '' },
    ageColumn,
    {
      name: 'VolumeMode',
      type: 'string',
      priority: 1,
      value: ({ spec }) => spec?.volumeMode ?? '<unset>',
    },
  ],
  defaults(volume) {
    volume.spec ??= {}
    volume.spec.persistentVolumeReclaimPolicy ??= 'Retain'
    volume.spec.volumeMode ??= 'Filesystem'
    defaultVolumeSource(volume.spec)
    volume.status ??= {}
    volume.status.phase ??= 'Pending'
  },
  prepareForCreate(volume, { now }) {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: formatTime(now()) }
  },
  prepareForUpdate: keepStatus,
  warnings: volumeWarnings,
  validate: validateVolume,
  validateUpdate: validateVolumeUpdate,
  status: {},
})
