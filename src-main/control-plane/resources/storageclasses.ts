import type { StorageClass } from '#kubernetes/api/storage-v1.ts'
import { defaultStorageClassKeys } from '#kubernetes/default-class.ts'
import { checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { validateClassParameters } from './shared/class-parameters.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { deprecatedLabelWarnings } from './shared/deprecated-labels.ts'
import {
  duplicate,
  each,
  forbidden,
  immutable,
  isEqual,
  malformed,
  oneOf,
  optionalOneOf,
  required,
} from './shared/field-errors.ts'

function validate(storageClass: StorageClass): FieldError[] {
  const { provisioner, reclaimPolicy, volumeBindingMode } = storageClass
  return [
    ...(provisioner
      ? malformed(
          'provisioner',
          provisioner.toLowerCase(),
          checkQualifiedName(provisioner.toLowerCase()),
        )
      : [required('provisioner', provisioner ?? '')]),
    ...validateClassParameters(storageClass.parameters ?? {}),
    ...optionalOneOf('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']),
    ...oneOf('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']),
    ...validateTopologies(storageClass),
  ]
}

const validateTopologies = ({ allowedTopologies }: StorageClass): FieldError[] =>
  each(allowedTopologies, 'allowedTopologies', ({ matchLabelExpressions = [] }, path) => {
    const keys = matchLabelExpressions.map(({ key }) => key)
    return each(
      matchLabelExpressions,
      `${path}.matchLabelExpressions`,
      ({ key, values = [] }, path, index) => [
        ...(values.length === 0 ? [required(`${path}.values`)] : []),
        ...each(values, `${path}.values`, (value, path, at) =>
          values.indexOf(value) < at ? [duplicate(path, value)] : [],
        ),
        ...malformed(`${path}.key`, key, checkQualifiedName(key)),
        ...(keys.indexOf(key) < index ? [duplicate(`${path}.key`, key)] : []),
      ],
    )
  })

function validateUpdate(storageClass: StorageClass, old: StorageClass): FieldError[] {
  const fixed = ['parameters', 'provisioner', 'reclaimPolicy'] as const
  return [
    ...fixed.flatMap(field =>
      isEqual(storageClass[field], old[field])
        ? []
        : [forbidden(field, `updates to ${field} are forbidden.`)],
    ),
    ...immutable('volumeBindingMode', storageClass.volumeBindingMode, old.volumeBindingMode),
  ]
}

const isDefault = ({ metadata }: StorageClass): boolean =>
  defaultStorageClassKeys.some(key => metadata.annotations?.[key] === 'true')

export const storageClasses = defineResource<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  answersDeleted: true,
  singular: 'storageclass',
  shortNames: ['sc'],
  namespaced: false,
  storagePrefix: '/registry/storageclasses',
  unconditionalUpdate: true,
  columns: [
    {
      ...nameColumn,
      value: object =>
        `${object.metadata.name}${isDefault(object as StorageClass) ? ' (default)' : ''}`,
    },
    { name: 'Provisioner', type: 'string', value: ({ provisioner }) => provisioner },
    {
      name: 'ReclaimPolicy',
      type: 'string',
      value: ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete',
    },
    {
      name: 'VolumeBindingMode',
      type: 'string',
      value: ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate',
    },
    {
      name: 'AllowVolumeExpansion',
      type: 'string',
      value: ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
    },
    ageColumn,
  ],
  defaults(storageClass) {
    storageClass.reclaimPolicy ??= 'Delete'
    storageClass.volumeBindingMode ??= 'Immediate'
  },
  warnings: ({ allowedTopologies = [] }) =>
    allowedTopologies.flatMap(({ matchLabelExpressions = [] }, index) =>
      deprecatedLabelWarnings(
        matchLabelExpressions.map(({ key }) => key),
        (message, _key, at) =>
          `allowedTopologies[${index}].matchLabelExpressions[${at}]: ${message}`,
      ),
    ),
  validate,
  validateUpdate,
})
