import { formatTime } from '#base/clock.ts'
import type { APIService, APIServiceSpec } from '#kubernetes/api/apiregistration-v1.ts'
import { defineResource } from '../define-resource.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { conditionOf } from '../shared/conditions.ts'
import { keepStatus } from '../shared/status.ts'
import { validateApiService, validateApiServiceStatus } from './api-service-validation.ts'

function serviceText({ spec: { service } }: APIService): string {
  return service ? `${service.namespace ?? ''}/${service.name ?? ''}` : 'Local'
}

function availableText({ status }: APIService): string {
  const condition = conditionOf(status?.conditions, 'Available')
  if (!condition) return 'Unknown'
  const { status: state, reason } = condition
  return state === 'True' || !reason ? state : `${state} (${reason})`
}

export const apiServices = defineResource<APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  singular: 'apiservice',
  categories: ['api-extensions'],
  namespaced: false,
  storagePrefix: '/registry/apiregistration.k8s.io/apiservices',
  generation: false,
  validateName: () => [],
  columns: [
    nameColumn,
    { name: 'Service', type: 'string', value: serviceText },
    { name: 'Available', type: 'string', value: availableText },
    ageColumn,
  ],
  defaults(apiService) {
    apiService.spec ??= {} as APIServiceSpec
    if (apiService.spec.service) apiService.spec.service.port ??= 443
  },
  prepareForCreate(apiService, { now }) {
    apiService.status = apiService.spec.service
      ? {}
      : {
          conditions: [
            {
              type: 'Available',
              status: 'True',
              lastTransitionTime: formatTime(now()),
              reason: 'Local',
              message: 'Local APIServices are always available',
            },
          ],
        }
  },
  prepareForUpdate: keepStatus,
  validate: validateApiService,
  warnings: ({ spec }, old) =>
    !old && spec.service
      ? ['this API server does not forward requests to other API servers yet']
      : [],
  status: { validateUpdate: validateApiServiceStatus },
})
