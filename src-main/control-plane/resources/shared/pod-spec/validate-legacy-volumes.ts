import type { FieldError } from '#kubernetes/status-error.ts'
import { required } from '../field-errors.ts'
import {
  isEmpty,
  type LegacySource,
  legacySystems,
  type Within,
} from './validate-legacy-systems.ts'

/** What volumes of other systems must say; what lies in a reference is asked for where there is one. */
const requiredFields: Partial<Record<string, readonly string[]>> = {
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  glusterfs: ['endpoints', 'path'],
  rbd: ['monitors', 'image'],
  flexVolume: ['driver'],
  cinder: ['volumeID', 'secretRef.name'],
  cephfs: ['monitors'],
  azureFile: ['secretName', 'shareName'],
  vsphereVolume: ['volumePath'],
  azureDisk: ['diskName', 'diskURI'],
  quobyte: ['volume'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  portworxVolume: ['volumeID'],
  nfs: ['server', 'path'],
  photonPersistentDisk: ['pdID'],
  iscsi: ['targetPortal', 'iqn'],
  storageos: ['volumeName', 'secretRef.name'],
}

/** How long the name of an iSCSI volume and its portal may be together. */
export const iscsiLimit = 64
export const portalTooLong =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'

/** Paths that upstream names otherwise than the field. */
const names: Record<string, string> = { gcePersistentDisk: 'persistentDisk' }

/** Where a volume's source is said to be wrong; `path` is the volume's. */
export const sourcePath = (field: string, path: string): string =>
  `${path}.${Object.hasOwn(names, field) ? names[field] : field}`

/** What is wrong with a volume of another system, in pods and in PersistentVolumes; `field` names the system. */
export function validateLegacySource(
  field: string,
  source: LegacySource,
  path: string,
  within: Within = 'Pod',
): FieldError[] {
  const at = sourcePath(field, path)
  return [
    ...(requiredFields[field] ?? []).flatMap(name => requireText(source, name, at)),
    ...(legacySystems[field]?.(source, at, within) ?? []),
  ]
}

/** A field must be there, `secretRef.name` where there is a `secretRef`. */
export function requireText(source: LegacySource, field: string, path: string): FieldError[] {
  const [name = '', inner] = field.split('.')
  const value = source[name]
  if (inner === undefined) return isEmpty(value) ? [required(`${path}.${name}`)] : []
  if (value === undefined || value === null) return []
  return requireText(value as LegacySource, inner, `${path}.${name}`)
}
