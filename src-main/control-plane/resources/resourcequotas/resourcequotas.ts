import type { ResourceQuota } from '#kubernetes/api/core-v1.ts'
import { defineResource } from '../define-resource.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { canonicalizeAmounts } from '../shared/pod-spec/resource-defaults.ts'
import { keepStatus } from '../shared/status.ts'
import { validateQuota, validateQuotaStatus, validateQuotaUpdate } from './quota-validation.ts'

export const resourceQuotas = defineResource<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  answersDeleted: true,
  singular: 'resourcequota',
  shortNames: ['quota'],
  namespaced: true,
  storagePrefix: '/registry/resourcequotas',
  unconditionalUpdate: true,
  generation: false,
  columns: [
    nameColumn,
    { name: 'Request', type: 'string', value: quota => usageText(quota, false) },
    { name: 'Limit', type: 'string', value: quota => usageText(quota, true) },
    ageColumn,
  ],
  defaults(quota) {
    quota.spec ??= {}
    for (const amounts of [quota.spec.hard, quota.status?.hard, quota.status?.used]) {
      canonicalizeAmounts(amounts)
    }
  },
  prepareForCreate(quota) {
    quota.status = {}
  },
  prepareForUpdate: keepStatus,
  validate: validateQuota,
  validateUpdate: validateQuotaUpdate,
  status: { validateUpdate: validateQuotaStatus },
})

function usageText({ status }: ResourceQuota, limits: boolean): string {
  const { hard = {}, used = {} } = status ?? {}
  return Object.keys(hard)
    .sort()
    .filter(name => name.startsWith('limits.') === limits)
    .map(name => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ')
}
