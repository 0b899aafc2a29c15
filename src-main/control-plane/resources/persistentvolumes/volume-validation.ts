import type { PersistentVolume, PersistentVolumeSpec } from '#kubernetes/api/core-v1.ts'
import { checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { diffText } from '../pods/diff-text.ts'
import { sortedByName } from '../shared/as-printed.ts'
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
} from '../shared/field-errors.ts'
import { validateNodeTerm } from '../shared/pod-spec/validate-affinity.ts'
import {
  validateAccessModes,
  validateAmounts,
  validateSize,
  validateVolumeMode,
} from '../shared/volume-modes.ts'
import { validateAffinityUpdate } from './affinity-update.ts'
import { sourceOf, validateSource } from './source-validation.ts'

const reclaimPolicies = ['Delete', 'Recycle', 'Retain']

const mountOptions = 'volume.beta.kubernetes.io/mount-options'

/** What is wrong with a volume. */
export const validateVolume = ({ metadata, spec = {} }: PersistentVolume): FieldError[] => [
  ...validateAccessModes(spec.accessModes, 'spec.accessModes'),
  ...validateCapacity(spec, 'spec.capacity'),
  ...optionalOneOf(
    'spec.persistentVolumeReclaimPolicy',
    spec.persistentVolumeReclaimPolicy,
    reclaimPolicies,
  ),
  ...validateNodeAffinity(spec, 'spec.nodeAffinity'),
  ...validateSource(spec, 'spec', metadata.name),
  ...validateRecycling(spec),
  ...(spec.hostPath && metadata.annotations?.[mountOptions] !== undefined
    ? [
        forbidden(
          `metadata.annotations.${mountOptions}`,
          'may not specify mount options for this volume type',
        ),
      ]
    : []),
  ...optionalForm('spec.storageClassName', spec.storageClassName, checkSubdomain),
  ...validateVolumeMode(spec.volumeMode, 'spec.volumeMode'),
  ...validateAttributes(spec),
]

/** What is wrong with a volume that lies within an attachment: it is a driver's, and nothing is bound to it. */
export function validateInlineVolume(spec: PersistentVolumeSpec, path: string): FieldError[] {
  const { capacity, claimRef, persistentVolumeReclaimPolicy: policy, volumeMode } = spec
  const refuse = (field: string, isGiven: boolean, what = 'may not be specified') =>
    isGiven ? [forbidden(`${path}.${field}`, `${what} in the context of inline volumes`)] : []
  return [
    ...refuse('claimRef', claimRef !== undefined),
    ...validateAccessModes(spec.accessModes, `${path}.accessModes`),
    ...refuse('capacity', Object.keys(capacity ?? {}).length > 0),
    ...(spec.csi
      ? []
      : [required(`${path}.csi`, 'has to be specified in the context of inline volumes')]),
    ...refuse('persistentVolumeReclaimPolicy', policy !== 'Retain', 'may only be Retain'),
    ...refuse('nodeAffinity', spec.nodeAffinity !== undefined),
    ...validateSource(spec, path),
    ...refuse('storageClassName', Boolean(spec.storageClassName)),
    ...refuse(
      'volumeMode',
      volumeMode !== undefined && volumeMode !== 'Filesystem',
      'may not specify volumeMode other than Filesystem',
    ),
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
    ...validateAffinityUpdate(spec.nodeAffinity, old.nodeAffinity),
  ]
}

function validateCapacity({ capacity = {} }: PersistentVolumeSpec, path: string): FieldError[] {
  const names = Object.keys(capacity)
  if (names.length === 0) return [required(path)]
  const isStorage = names.length === 1 && capacity['storage'] !== undefined
  return [
    ...(isStorage ? [] : [notSupported(path, sortedByName(capacity), ['storage'])]),
    ...Object.entries(capacity).flatMap(([name, size]) => [
      ...validateAmounts({ [name]: size }, path),
      ...validateSize(size, `${path}[${name}]`),
    ]),
  ]
}

function validateNodeAffinity(
  { nodeAffinity, local }: PersistentVolumeSpec,
  path: string,
): FieldError[] {
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

function validateAttributes({
  volumeAttributesClassName,
  csi,
}: PersistentVolumeSpec): FieldError[] {
  if (volumeAttributesClassName === undefined) return []
  const path = 'spec.volumeAttributesClassName'
  return [
    ...(volumeAttributesClassName
      ? malformed(path, volumeAttributesClassName, checkSubdomain(volumeAttributesClassName))
      : [required(path, 'an empty string is disallowed')]),
    ...(csi
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
