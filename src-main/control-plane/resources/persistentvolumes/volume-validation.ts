import type { PersistentVolume, PersistentVolumeSpec } from '#kubernetes/api/core-v1.ts'
import { checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { diffText } from '../pods/diff-text.ts'
import { validateDriverName } from '../shared/csi-driver-name.ts'
import {
  each,
  forbidden,
  immutable,
  isEqual,
  malformed,
  notSupported,
  optionalForm,
  optionalOneOf,
  required,
  requiredText,
} from '../shared/field-errors.ts'
import { validateNodeTerm } from '../shared/pod-spec/validate-affinity.ts'
import { validateLegacySource } from '../shared/pod-spec/validate-legacy-volumes.ts'
import { validateNoBacksteps } from '../shared/pod-spec/validate-paths.ts'
import { validateAccessModes, validateSize, validateVolumeMode } from '../shared/volume-modes.ts'

const ordinary = new Set([
  'capacity',
  'accessModes',
  'claimRef',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'mountOptions',
  'volumeMode',
  'nodeAffinity',
  'volumeAttributesClassName',
])
const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]
const claimSpecific = ['Delete', 'Recycle', 'Retain']

/** What is wrong with a volume. */
export function validateVolume({ spec = {} }: PersistentVolume): FieldError[] {
  return [
    ...validateAccessModes(spec.accessModes, 'spec.accessModes'),
    ...validateCapacity(spec),
    ...optionalOneOf(
      'spec.persistentVolumeReclaimPolicy',
      spec.persistentVolumeReclaimPolicy,
      claimSpecific,
    ),
    ...validateNodeAffinity(spec),
    ...validateSource(spec),
    ...optionalForm('spec.storageClassName', spec.storageClassName, checkSubdomain),
    ...validateVolumeMode(spec.volumeMode, 'spec.volumeMode'),
  ]
}

/** A volume keeps what it is and where it can be reached. */
export function validateVolumeUpdate(
  { spec = {} }: PersistentVolume,
  { spec: old = {} }: PersistentVolume,
): FieldError[] {
  const source = sourceOf(spec)
  const before = sourceOf(old)
  return [
    ...(isEqual(source, before)
      ? []
      : [
          forbidden(
            'spec.persistentvolumesource',
            `spec.persistentvolumesource is immutable after creation\n${diffText('core.PersistentVolumeSource', before, source)}`,
          ),
        ]),
    ...immutable('volumeMode', spec.volumeMode, old.volumeMode),
    ...(old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined
      ? [
          forbidden(
            'spec.volumeAttributesClassName',
            'update from non-nil value to nil is forbidden',
          ),
        ]
      : []),
    ...(old.nodeAffinity
      ? isEqual(spec.nodeAffinity, old.nodeAffinity)
        ? []
        : immutable('nodeAffinity', spec.nodeAffinity, old.nodeAffinity)
      : []),
  ]
}

/** The part of the spec that says what kind of volume it is. */
export const sourceOf = (spec: PersistentVolumeSpec): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(spec).filter(([field, value]) => !ordinary.has(field) && value !== undefined),
  )

function validateCapacity({ capacity = {} }: PersistentVolumeSpec): FieldError[] {
  const path = 'spec.capacity'
  const names = Object.keys(capacity)
  if (names.length === 0) return [required(path)]
  if (names.length > 1 || capacity['storage'] === undefined) {
    return [notSupported(path, capacity, ['storage'])]
  }
  return validateSize(capacity['storage'], `${path}[storage]`)
}

function validateNodeAffinity({ nodeAffinity, local }: PersistentVolumeSpec): FieldError[] {
  const path = 'spec.nodeAffinity'
  if (!nodeAffinity) {
    return local ? [required(path, 'Local volume requires node affinity')] : []
  }
  const terms = nodeAffinity.required?.nodeSelectorTerms
  if (!nodeAffinity.required) {
    return [required(`${path}.required`, 'must specify required node constraints')]
  }
  return [
    ...(terms?.length
      ? []
      : [
          required(
            `${path}.required.nodeSelectorTerms`,
            'must have at least one node selector term',
          ),
        ]),
    ...each(terms, `${path}.required.nodeSelectorTerms`, validateNodeTerm),
  ]
}

/** Exactly one source. */
function validateSource(spec: PersistentVolumeSpec): FieldError[] {
  const [first, ...more] = Object.keys(sourceOf(spec))
  if (!first) return [required('spec', 'must specify a volume type')]
  const { hostPath, local, csi, nfs, volumeAttributesClassName: attributes } = spec
  return [
    ...more.map(field => forbidden(`spec.${field}`, 'may not specify more than 1 volume type')),
    ...(hostPath
      ? [
          ...validatePath(hostPath.path, 'spec.hostPath.path'),
          ...optionalOneOf('spec.hostPath.type', hostPath.type, hostPathTypes),
          ...validateRecycling(spec),
        ]
      : []),
    ...(local ? validatePath(local.path, 'spec.local.path') : []),
    ...(csi
      ? [
          ...validateDriverName(csi.driver, 'spec.csi.driver'),
          ...requiredText('spec.csi.volumeHandle', csi.volumeHandle),
        ]
      : []),
    ...(nfs
      ? [...requiredText('spec.nfs.server', nfs.server), ...requiredText('spec.nfs.path', nfs.path)]
      : []),
    ...validateLegacySource(
      first,
      sourceOf(spec)[first] as Record<string, unknown>,
      `spec.${first}`,
    ),
    ...(attributes === undefined ? [] : validateAttributes(attributes, csi !== undefined)),
  ]
}

function validateAttributes(className: string, isCsi: boolean): FieldError[] {
  const path = 'spec.volumeAttributesClassName'
  return [
    ...(className
      ? malformed(path, className, checkSubdomain(className))
      : [required(path, 'an empty string is disallowed')]),
    ...(isCsi
      ? []
      : [required('spec.csi', 'has to be specified when using volumeAttributesClassName')]),
  ]
}

const validateRecycling = ({
  hostPath,
  persistentVolumeReclaimPolicy: policy,
}: PersistentVolumeSpec): FieldError[] =>
  hostPath?.path === '/' && policy === 'Recycle'
    ? [
        forbidden(
          'spec.persistentVolumeReclaimPolicy',
          "may not be 'recycle' for a hostPath mount of '/'",
        ),
      ]
    : []

const validatePath = (path: string, field: string): FieldError[] =>
  path ? validateNoBacksteps(path, field) : [required(field)]
