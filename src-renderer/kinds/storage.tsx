import { HardDrive } from 'lucide-react'
import type { ObjectBody } from '../../src-main/contract/objects.ts'
import type {
  PersistentVolume,
  PersistentVolumeClaim,
} from '../../src-main/kubernetes/api/core-v1.ts'
import type { StorageClass } from '../../src-main/kubernetes/api/storage-v1.ts'
import type { KindPresentation, Property, PropertySection } from './define-kind.ts'
import { fieldLines } from './plain-properties.ts'
import { linkProperty, yesNo } from './shared-properties.tsx'

export const persistentVolumeClaims: KindPresentation = {
  resource: 'persistentvolumeclaims',
  usedBy: 'Used by',
  icon: HardDrive,
  about: 'A PersistentVolumeClaim asks for a volume that outlives the pods that use it.',
  segments: { warn: 'Pending', ok: 'Bound' },
  columns: {
    order: [
      'Name',
      'Namespace',
      'Capacity',
      'Access Modes',
      'StorageClass',
      'Volume',
      'Age',
      'Status',
    ],
    columns: {
      Capacity: { width: 76, flex: 0 },
      'Access Modes': { width: 96, flex: 0, leavesBelow: 800 },
      StorageClass: { width: 112, leavesBelow: 700 },
      Volume: { leavesBelow: 1000 },
    },
  },
  properties: body => claimProperties(body as unknown as PersistentVolumeClaim),
}

function claimProperties({ spec, status }: PersistentVolumeClaim): Property[] {
  return [
    { label: 'Capacity', value: status?.capacity?.['storage'] },
    { label: 'Asks for', value: spec?.resources?.requests?.['storage'] },
    { label: 'Access modes', value: (status?.accessModes ?? spec?.accessModes)?.join(', ') },
    ...linkProperty('Storage class', 'StorageClass', spec?.storageClassName),
    ...linkProperty('Volume', 'PersistentVolume', spec?.volumeName),
    { label: 'Mode', value: spec?.volumeMode },
  ]
}

export const persistentVolumes: KindPresentation = {
  resource: 'persistentvolumes',
  about: 'A PersistentVolume is storage of the cluster that a claim can be bound to.',
  columns: {
    order: [
      'Name',
      'Capacity',
      'Access Modes',
      'Reclaim Policy',
      'Claim',
      'StorageClass',
      'Age',
      'Status',
    ],
    hidden: ['VolumeAttributesClass'],
    columns: {
      Capacity: { width: 76, flex: 0 },
      'Access Modes': { width: 96, flex: 0, leavesBelow: 900 },
      'Reclaim Policy': { width: 104, flex: 0, leavesBelow: 760 },
      StorageClass: { leavesBelow: 840 },
      Reason: { leavesBelow: 1100 },
    },
  },
  properties: body => volumeProperties(body as unknown as PersistentVolume),
  sections: volumeSource,
}

function volumeProperties({ spec = {}, status }: PersistentVolume): Property[] {
  const claim = spec.claimRef
  return [
    { label: 'Capacity', value: spec.capacity?.['storage'] },
    { label: 'Access modes', value: spec.accessModes?.join(', ') },
    { label: 'When released', value: spec.persistentVolumeReclaimPolicy },
    ...linkProperty('Claim', 'PersistentVolumeClaim', claim?.name, claim?.namespace),
    ...linkProperty('Storage class', 'StorageClass', spec.storageClassName),
    { label: 'Mode', value: spec.volumeMode },
    { label: 'Mount options', value: spec.mountOptions?.join(', ') },
    { label: 'Reason', value: status?.reason },
    { label: 'Message', value: status?.message, wraps: true },
  ]
}

/** Where a volume's data lies: the one field of its spec that says so, with its own name. */
function volumeSource(body: ObjectBody): PropertySection[] {
  const {
    capacity: _,
    claimRef: __,
    nodeAffinity: ___,
    ...others
  } = (body['spec'] ?? {}) as Record<string, unknown>
  return Object.entries(others)
    .filter(([, value]) => typeof value === 'object' && !Array.isArray(value))
    .map(([type, source]) => ({ title: `Lies in ${type}`, properties: fieldLines(source) }))
}

export const storageClasses: KindPresentation = {
  resource: 'storageclasses.storage.k8s.io',
  about: 'A StorageClass says who makes volumes for claims, and how.',
  columns: {
    columns: {
      ReclaimPolicy: { leavesBelow: 760 },
      VolumeBindingMode: { leavesBelow: 900 },
      AllowVolumeExpansion: { leavesBelow: 1000 },
    },
  },
  properties: body => classProperties(body as unknown as StorageClass),
  sections: body => [
    {
      title: 'Parameters',
      longLabels: true,
      properties: Object.entries((body as unknown as StorageClass).parameters ?? {}).map(
        ([label, value]) => ({ label, value }),
      ),
    },
  ],
}

function classProperties(of: StorageClass): Property[] {
  const standard = 'storageclass.kubernetes.io/is-default-class'
  return [
    { label: 'Provisioner', value: of.provisioner },
    { label: 'Default', value: yesNo(of.metadata.annotations?.[standard] === 'true') },
    { label: 'When released', value: of.reclaimPolicy },
    { label: 'Binds', value: of.volumeBindingMode },
    { label: 'Can grow', value: yesNo(of.allowVolumeExpansion ?? false) },
    { label: 'Mount options', value: of.mountOptions?.join(', ') },
  ]
}
