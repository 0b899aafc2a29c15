import type { Service } from '#kubernetes/api/core-v1.ts'
import { checkLabel1035 } from '#kubernetes/names.ts'
import { defineResource } from '../define-resource.ts'
import { nameCheck } from '../shared/formats.ts'
import { keepStatus } from '../shared/status.ts'
import { validateAddressUpdate } from './service-addresses.ts'
import { allocateService } from './service-allocation.ts'
import { serviceColumns } from './service-columns.ts'
import { defaultService } from './service-defaults.ts'
import { alignClusterIPs, dropWhatTheTypeNeedsNoMore, keepAllocated } from './service-update.ts'
import {
  validateService,
  validateServiceStatus,
  validateServiceUpdate,
} from './service-validation.ts'
import { serviceStatusWarnings, serviceWarnings } from './service-warnings.ts'

export const services = defineResource<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  answersDeleted: true,
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
    alignClusterIPs(service)
  },
  prepareForUpdate(service, old) {
    keepStatus(service, old)
    dropWhatTheTypeNeedsNoMore(service, old)
    keepAllocated(service, old)
    alignClusterIPs(service, old)
  },
  validateName: nameCheck(checkLabel1035),
  warnings: serviceWarnings,
  validate: validateService,
  validateUpdate: (service, old) => [
    ...validateAddressUpdate(service, old),
    ...validateServiceUpdate(service, old),
  ],
  beginWrite: allocateService,
  status: { validateUpdate: validateServiceStatus, warnings: serviceStatusWarnings },
  subresources: {
    proxy: { kind: 'ServiceProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
  },
})
