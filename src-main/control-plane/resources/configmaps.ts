import type { ConfigMap } from '#kubernetes/api/core-v1.ts'
import { checkConfigMapKey } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { invalid, malformed, tooLong } from './shared/field-errors.ts'
import { refuseChangeOfImmutable } from './shared/immutable-data.ts'
import { byteLength } from './shared/object-meta.ts'

const maxBytes = 1024 * 1024

function validate({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const texts = Object.values(data).reduce((sum, text) => sum + byteLength(text), 0)
  const bytes = Object.values(binaryData).reduce(
    (sum, base64) => sum + Buffer.byteLength(base64, 'base64'),
    0,
  )
  return [
    ...Object.keys(data).flatMap(key => [
      ...malformed(`data[${key}]`, key, checkConfigMapKey(key)),
      ...(Object.hasOwn(binaryData, key)
        ? [invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')]
        : []),
    ]),
    ...Object.keys(binaryData).flatMap(key =>
      malformed(`binaryData[${key}]`, key, checkConfigMapKey(key)),
    ),
    ...(texts + bytes > maxBytes ? [tooLong('[]', maxBytes)] : []),
  ]
}

export const configMaps = defineResource<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  storagePrefix: '/registry/configmaps',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    {
      name: 'Data',
      type: 'string',
      value: ({ data = {}, binaryData = {} }) =>
        Object.keys(data).length + Object.keys(binaryData).length,
    },
    ageColumn,
  ],
  validate,
  validateUpdate: (configMap, old) =>
    refuseChangeOfImmutable(configMap, old, ['data', 'binaryData']),
})
