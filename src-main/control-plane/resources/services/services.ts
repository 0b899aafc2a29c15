import type { Service } from '#kubernetes/api/core-v1.ts'
import { defineResource } from '../define-resource.ts'
import { keepStatus } from '../shared/status.ts'
import { serviceColumns } from './service-columns.ts'
import { defaultService } from './service-defaults.ts'

export const services = defineResource<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  storagePrefix: '/registry/services/specs',
  unconditionalUpdate: true,
  createOnUpdate: true,
  generation: false,
  columns: serviceColumns,
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },
  defaults: defaultService,
  prepareForCreate(service) {
    service.status = { loadBalancer: {} }
  },
  prepareForUpdate: keepStatus,
  status: {},
  subresources: {
    proxy: { kind: 'ServiceProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
  },
})
