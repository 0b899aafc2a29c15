import type { ComponentStatus } from '#kubernetes/api/core-v1.ts'
import { defineResource } from './define-resource.ts'
import { nameColumn } from './shared/columns.ts'
import { conditionOf } from './shared/conditions.ts'

const health = ({ conditions }: ComponentStatus) => conditionOf(conditions, 'Healthy')

function healthText(status: ComponentStatus): string {
  const condition = health(status)
  if (!condition) return 'Unknown'
  return condition.status === 'True' ? 'Healthy' : 'Unhealthy'
}

export const componentStatuses = defineResource<ComponentStatus>({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  singular: 'componentstatus',
  shortNames: ['cs'],
  namespaced: false,
  verbs: ['get', 'list'],
  virtual: true,
  storagePrefix: '/componentstatuses',
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  columns: [
    nameColumn,
    { name: 'Status', type: 'string', value: healthText },
    { name: 'Message', type: 'string', value: status => health(status)?.message ?? '' },
    { name: 'Error', type: 'string', value: status => health(status)?.error ?? '' },
  ],
})
