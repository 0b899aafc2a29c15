import type { VolumeAttributesClass } from '#kubernetes/api/storage-v1.ts'
import { checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { validateClassParameters } from './shared/class-parameters.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { forbidden, isEqual, required, requiredForm } from './shared/field-errors.ts'

const validate = ({ driverName, parameters = {} }: VolumeAttributesClass): FieldError[] => [
  ...requiredForm('driverName', driverName, name => checkQualifiedName(name.toLowerCase())),
  ...validateClassParameters(parameters),
  ...(Object.keys(parameters).length === 0
    ? [required('parameters', 'must contain at least one key/value pair')]
    : []),
]

export const volumeAttributesClasses = defineResource<VolumeAttributesClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  answersDeleted: true,
  singular: 'volumeattributesclass',
  shortNames: ['vac'],
  namespaced: false,
  storagePrefix: '/registry/volumeattributesclasses',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    { name: 'DriverName', type: 'string', value: ({ driverName }) => driverName },
    ageColumn,
  ],
  validate,
  validateUpdate: (object, old) =>
    (['driverName', 'parameters'] as const).flatMap(field =>
      isEqual(object[field], old[field])
        ? []
        : [forbidden(field, `updates to ${field} are forbidden.`)],
    ),
})
