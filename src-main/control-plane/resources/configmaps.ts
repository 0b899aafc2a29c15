import type { ConfigMap } from '#kubernetes/api/core-v1.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'

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
})
