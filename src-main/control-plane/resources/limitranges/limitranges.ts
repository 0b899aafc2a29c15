import type { LimitRange, LimitRangeItem } from '#kubernetes/api/core-v1.ts'
import { defineResource } from '../define-resource.ts'
import { defaultColumns } from '../shared/columns.ts'
import { canonicalizeAmounts } from '../shared/pod-spec/resource-defaults.ts'
import { validateLimitRange } from './limit-range-validation.ts'

export const limitRanges = defineResource<LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  namespaced: true,
  storagePrefix: '/registry/limitranges',
  unconditionalUpdate: true,
  createOnUpdate: true,
  columns: defaultColumns,
  defaults(limitRange) {
    limitRange.spec ??= { limits: [] }
    for (const item of limitRange.spec.limits ?? []) defaultItem(item)
  },
  validate: validateLimitRange,
})

/** A container without limits gets the largest; without requests, its limits or else the smallest. */
function defaultItem(item: LimitRangeItem): void {
  if (item.type === 'Container') {
    const limits = { ...item.max, ...item.default }
    const requests = { ...item.min, ...limits, ...item.defaultRequest }
    if (Object.keys(limits).length > 0) item.default = limits
    if (Object.keys(requests).length > 0) item.defaultRequest = requests
  }
  const { max, min, default: limits, defaultRequest, maxLimitRequestRatio } = item
  for (const amounts of [max, min, limits, defaultRequest, maxLimitRequestRatio]) {
    canonicalizeAmounts(amounts)
  }
}
