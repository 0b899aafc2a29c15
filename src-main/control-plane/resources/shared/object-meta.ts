import type { ObjectMeta, OwnerReference } from '#kubernetes/api/meta-v1.ts'
import {
  checkLabel,
  checkLabelValue,
  checkQualifiedName,
  checkSubdomain,
} from '#kubernetes/names.ts'
import { parseApiVersion } from '#kubernetes/objects.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { asPrinted } from './as-printed.ts'
import {
  each,
  forbidden,
  immutable,
  invalid,
  malformed,
  nonNegative,
  required,
  tooLong,
} from './field-errors.ts'
import { nameCheck } from './formats.ts'

const maxAnnotationBytes = 256 * 1024
const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion']

export interface MetaRules {
  namespaced: boolean
  /** DNS subdomains unless given. */
  validateName?: ((name: string, prefix: boolean) => string[]) | undefined
  /** Finalizers need no domain. */
  plainFinalizers?: true
}

/** What is wrong with the metadata of any object. */
export function validateObjectMeta(meta: ObjectMeta, rules: MetaRules): FieldError[] {
  const { validateName = nameCheck(checkSubdomain) } = rules
  const { name, generateName, labels, annotations } = meta
  return [
    ...(generateName
      ? malformed('metadata.generateName', generateName, validateName(generateName, true))
      : []),
    ...(name
      ? malformed('metadata.name', name, validateName(name, false))
      : [required('metadata.name', 'name or generateName is required')]),
    ...validateNamespace(meta, rules.namespaced),
    ...nonNegative('metadata.generation', meta.generation),
    ...validateLabels(labels, 'metadata.labels'),
    ...validateAnnotations(annotations, 'metadata.annotations'),
    ...validateOwners(meta.ownerReferences ?? []),
    ...validateFinalizers(meta.finalizers ?? [], rules),
    ...validateManagers(meta),
  ]
}

/** What an update of the metadata may not do; goes with `validateObjectMeta` of the new one. */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta): FieldError[] {
  const before = new Set(old.finalizers ?? [])
  const added = (meta.finalizers ?? []).filter(finalizer => !before.has(finalizer))
  const names = added.toSorted().map(name => JSON.stringify(name))
  return [
    ...(meta.deletionTimestamp && added.length > 0
      ? [
          forbidden(
            'metadata.finalizers',
            `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names.join(', ')}}`,
          ),
        ]
      : []),
    ...((meta.generation ?? old.generation ?? 0) < (old.generation ?? 0)
      ? [invalid('metadata.generation', meta.generation ?? 0, 'must not be decremented')]
      : []),
    ...immutable('metadata.name', meta.name, old.name),
    ...immutable('metadata.namespace', meta.namespace, old.namespace),
    ...immutable('metadata.uid', meta.uid ?? old.uid, old.uid),
    ...immutable(
      'metadata.deletionTimestamp',
      meta.deletionTimestamp ?? old.deletionTimestamp,
      old.deletionTimestamp,
    ),
    ...immutable(
      'metadata.deletionGracePeriodSeconds',
      meta.deletionGracePeriodSeconds ?? old.deletionGracePeriodSeconds,
      old.deletionGracePeriodSeconds,
    ),
  ]
}

/** Keys must be qualified names, values label values. */
export const validateLabels = (
  labels: Record<string, string> | undefined,
  path: string,
): FieldError[] =>
  Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...malformed(path, key, checkQualifiedName(key)),
    ...malformed(path, value, checkLabelValue(value)),
  ])

/** Keys must be qualified names in any case; all together may hold 256 KiB. */
export function validateAnnotations(
  annotations: Record<string, string> = {},
  path: string,
): FieldError[] {
  const entries = Object.entries(annotations)
  const bytes = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0)
  return [
    ...entries.flatMap(([key]) => malformed(path, key, checkQualifiedName(key.toLowerCase()))),
    ...(bytes > maxAnnotationBytes ? [tooLong(path, maxAnnotationBytes)] : []),
  ]
}

export const byteLength = (text: string): number => Buffer.byteLength(text)

function validateNamespace({ namespace }: ObjectMeta, namespaced: boolean): FieldError[] {
  const path = 'metadata.namespace'
  if (!namespaced) return namespace ? [forbidden(path, 'not allowed on this type')] : []
  return namespace ? malformed(path, namespace, checkLabel(namespace)) : [required(path)]
}

function validateOwners(owners: OwnerReference[]): FieldError[] {
  const path = 'metadata.ownerReferences'
  const [first, second] = owners.filter(({ controller }) => controller)
  return [
    ...owners.flatMap(owner => validateOwner(owner, path)),
    ...(first && second
      ? [
          invalid(
            path,
            owners.map(printedOwner),
            `Only one reference can have Controller set to true. Found "true" in references for ${first.name} and ${second.name}`,
          ),
        ]
      : []),
  ]
}

const printedOwner = (owner: OwnerReference) => asPrinted('meta.k8s.io/v1', 'OwnerReference', owner)

function validateOwner(owner: OwnerReference, path: string): FieldError[] {
  const { apiVersion, kind, name, uid } = owner
  const empty = (field: string, value: string | undefined) =>
    value ? [] : [invalid(`${path}.${field}`, value ?? '', 'must not be empty')]
  return [
    ...(versionOf(apiVersion)
      ? []
      : [invalid(`${path}.apiVersion`, apiVersion ?? '', 'version must not be empty')]),
    ...empty('kind', kind),
    ...empty('name', name),
    ...empty('uid', uid),
    ...(apiVersion === 'v1' && kind === 'Event'
      ? [invalid(path, printedOwner(owner), '/v1, Kind=Event is disallowed from being an owner')]
      : []),
  ]
}

function versionOf(apiVersion: string | undefined): string {
  try {
    return parseApiVersion(apiVersion ?? '').version
  } catch {
    return ''
  }
}

function validateFinalizers(finalizers: string[], { plainFinalizers }: MetaRules): FieldError[] {
  const path = 'metadata.finalizers'
  return [
    ...finalizers.flatMap(finalizer => malformed(path, finalizer, checkQualifiedName(finalizer))),
    ...(finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')
      ? [invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')]
      : []),
    ...(plainFinalizers ? [] : each(finalizers, path, validateFinalizer)),
  ]
}

/** A finalizer without a domain must be one of Kubernetes' own. */
export const validateFinalizer = (finalizer: string, path: string): FieldError[] =>
  finalizer.includes('/') || standardFinalizers.includes(finalizer)
    ? []
    : [
        invalid(
          path,
          finalizer,
          'name is neither a standard finalizer name nor is it fully qualified',
        ),
      ]

const validateManagers = ({ managedFields }: ObjectMeta): FieldError[] =>
  each(managedFields, 'metadata.managedFields', (entry, path) => {
    const { operation = '', manager = '', fieldsType = '', subresource = '' } = entry
    return [
      ...(operation === 'Apply' || operation === 'Update'
        ? []
        : [invalid(`${path}.operation`, operation, 'must be `Apply` or `Update`')]),
      ...(fieldsType === '' || fieldsType === 'FieldsV1'
        ? []
        : [invalid(`${path}.fieldsType`, fieldsType, 'must be `FieldsV1`')]),
      ...(byteLength(manager) > 128 ? [tooLong(`${path}.manager`, 128)] : []),
      ...(byteLength(subresource) > 256 ? [tooLong(`${path}.subresource`, 256)] : []),
    ]
  })
