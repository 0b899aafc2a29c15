import type {
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  TypedLocalObjectReference,
} from '#kubernetes/api/core-v1.ts'
import { checkQualifiedName, checkSubdomain } from '#kubernetes/names.ts'
import { compareQuantities } from '#kubernetes/quantity.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { betaClassKey } from '#kubernetes/storage-binding.ts'
import { diffText } from '../pods/diff-text.ts'
import {
  forbidden,
  immutable,
  invalid,
  isEqual,
  malformed,
  notSupported,
  optionalForm,
  required,
  requiredText,
} from '../shared/field-errors.ts'
import { validateLabelSelector } from '../shared/label-selector.ts'
import {
  validateAccessModes,
  validateAmounts,
  validateSize,
  validateVolumeMode,
} from '../shared/volume-modes.ts'

/** What is wrong with a claim's spec, in claims and in templates of claims. */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: string): FieldError[] {
  const storage = spec.resources?.requests?.['storage']
  return [
    ...validateAccessModes(
      spec.accessModes,
      `${path}.accessModes`,
      'at least 1 access mode is required',
    ),
    ...(spec.selector ? validateLabelSelector(spec.selector, `${path}.selector`) : []),
    ...(storage === undefined
      ? [required(`${path}.resources[storage]`)]
      : validateSize(storage, `${path}.resources[storage]`)),
    ...optionalForm(`${path}.storageClassName`, spec.storageClassName, checkSubdomain),
    ...validateVolumeMode(spec.volumeMode, `${path}.volumeMode`),
    ...validateSources(spec, path),
    ...optionalForm(
      `${path}.volumeAttributesClassName`,
      spec.volumeAttributesClassName,
      checkSubdomain,
    ),
  ]
}

/** What is wrong with what a new volume is filled from. */
function validateSources(spec: PersistentVolumeClaimSpec, path: string): FieldError[] {
  const { dataSource: source, dataSourceRef: reference } = spec
  const errors = [
    ...(source ? validateSource(source, `${path}.dataSource`) : []),
    ...(reference ? validateSource(reference, `${path}.dataSourceRef`) : []),
  ]
  if (!source || !reference) return errors
  if (reference.namespace)
    errors.push(
      invalid(
        path,
        `${path}.dataSource`,
        'may not be specified when dataSourceRef.namespace is specified',
      ),
    )
  else if (!isEqual(withoutGroup(source), withoutGroup(reference)))
    errors.push(invalid(path, `${path}.dataSource`, 'must match dataSourceRef'))
  return errors
}

const withoutGroup = ({ apiGroup = '', kind, name }: TypedLocalObjectReference) => ({
  apiGroup,
  kind,
  name,
})

const validateSource = (
  { apiGroup, kind, name }: TypedLocalObjectReference,
  path: string,
): FieldError[] => [
  ...requiredText(`${path}.name`, name),
  ...requiredText(`${path}.kind`, kind),
  ...(!apiGroup && kind !== 'PersistentVolumeClaim'
    ? [
        invalid(
          path,
          kind ?? '',
          "must be 'PersistentVolumeClaim' when referencing the default apiGroup",
        ),
      ]
    : []),
  ...optionalForm(`${path}.apiGroup`, apiGroup, checkSubdomain),
]

/** What a claim keeps: everything, but that it may be bound once and grow afterwards. */
export function validateClaimUpdate(
  claim: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
): FieldError[] {
  const { spec = {} } = claim
  const { spec: before = {} } = old
  const oldSize = before.resources?.requests?.['storage'] ?? '0'
  const size = spec.resources?.requests?.['storage'] ?? '0'
  // An expansion that fails can be asked to be a smaller one, but no volume shrinks.
  const held = old.status?.capacity?.['storage'] ?? '0'
  const isBound = old.status?.phase === 'Bound'
  const allowed: PersistentVolumeClaimSpec = { ...spec }
  if (!before.volumeName) setOrDelete(allowed, 'volumeName', before.volumeName)
  if (before.storageClassName === undefined) {
    setOrDelete(allowed, 'storageClassName', before.storageClassName)
  }
  if (isBound) {
    allowed.resources = withStorage(spec, oldSize)
    if (spec.volumeAttributesClassName !== undefined)
      setOrDelete(allowed, 'volumeAttributesClassName', before.volumeAttributesClassName)
  }
  return [
    ...(isEqual(allowed, before)
      ? []
      : [
          forbidden(
            'spec',
            `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${diffText('core.PersistentVolumeClaimSpec', before, allowed)}`,
          ),
        ]),
    ...(isBound && compareQuantities(size, oldSize) < 0 && compareQuantities(size, held) <= 0
      ? [forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')]
      : []),
    ...validateAttributesUpdate(claim, old),
    ...immutable(
      `metadata.annotations.${betaClassKey}`,
      claim.metadata.annotations?.[betaClassKey],
      old.metadata.annotations?.[betaClassKey],
    ),
    ...immutable('volumeMode', spec.volumeMode, before.volumeMode),
  ]
}

/** A class of attributes that took effect can be replaced, but not taken away. */
function validateAttributesUpdate(
  { spec }: PersistentVolumeClaim,
  { spec: before, status }: PersistentVolumeClaim,
): FieldError[] {
  const name = spec?.volumeAttributesClassName
  if (name || name === before?.volumeAttributesClassName) return []
  if (status?.currentVolumeAttributesClassName === undefined) return []
  const to = name === undefined ? 'nil' : 'empty string'
  return [
    forbidden(
      'spec.volumeAttributesClassName',
      `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`,
    ),
  ]
}

function withStorage(spec: PersistentVolumeClaimSpec, storage: string) {
  return { ...spec.resources, requests: { ...spec.resources?.requests, storage } }
}

function setOrDelete<K extends keyof PersistentVolumeClaimSpec>(
  spec: PersistentVolumeClaimSpec,
  field: K,
  value: PersistentVolumeClaimSpec[K],
): void {
  if (value === undefined) delete spec[field]
  else spec[field] = value
}

const resizeStatuses = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizePending',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
]

/** What is wrong with what the binder reported. */
export const validateClaimStatus = ({
  spec = {},
  status = {},
}: PersistentVolumeClaim): FieldError[] => [
  ...(spec.accessModes?.length ? [] : [required('Spec.accessModes')]),
  ...validateAmounts(status.capacity, 'status.capacity'),
  ...Object.entries(status.allocatedResourceStatuses ?? {}).flatMap(([name, resize]) => [
    ...validateClaimResource(name, 'status.allocatedResourceStatuses'),
    ...(resizeStatuses.includes(resize)
      ? []
      : [notSupported('status.allocatedResourceStatuses', resize, resizeStatuses)]),
  ]),
  ...Object.keys(status.allocatedResources ?? {}).flatMap(name =>
    validateClaimResource(name, 'status.allocatedResources'),
  ),
  ...validateAmounts(status.allocatedResources, 'status.allocatedResources'),
]

/** Storage, or a resource that somebody else names. */
function validateClaimResource(name: string, path: string): FieldError[] {
  const problems = malformed(path, name, checkQualifiedName(name))
  if (problems.length > 0 || name.includes('/') || name === 'storage') return problems
  return [notSupported(path, name, ['storage'])]
}
