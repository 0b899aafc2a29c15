import type { ResourceSlice, ResourceSliceSpec } from '#kubernetes/api/resource-v1.ts'
import { defineResource } from '../define-resource.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { immutable } from '../shared/field-errors.ts'
import { validateSlice } from './slice-validation.ts'

export const resourceSlices = defineResource<ResourceSlice>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceSlice',
  plural: 'resourceslices',
  answersDeleted: true,
  singular: 'resourceslice',
  namespaced: false,
  storagePrefix: '/registry/resourceslices',
  unconditionalUpdate: true,
  generation: true,
  columns: [
    nameColumn,
    { name: 'Node', type: 'string', value: ({ spec }) => spec.nodeName ?? '' },
    { name: 'Driver', type: 'string', value: ({ spec }) => spec.driver },
    { name: 'Pool', type: 'string', value: ({ spec }) => spec.pool?.name ?? '' },
    ageColumn,
  ],
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.driver': ({ spec }) => spec.driver,
  },
  defaults(slice) {
    slice.spec ??= {} as ResourceSliceSpec
  },
  validate: ({ spec }) => validateSlice(spec),
  validateUpdate: ({ spec }, old) => [
    ...immutable('spec.driver', spec.driver, old.spec.driver),
    ...immutable('spec.pool.name', spec.pool?.name, old.spec.pool?.name),
    ...immutable('spec.nodeName', spec.nodeName, old.spec.nodeName),
  ],
})
