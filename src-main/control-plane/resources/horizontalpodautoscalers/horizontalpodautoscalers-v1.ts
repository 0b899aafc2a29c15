import type { HorizontalPodAutoscaler } from '#kubernetes/api/autoscaling-v1.ts'
import type { HorizontalPodAutoscaler as Stored } from '#kubernetes/api/autoscaling-v2.ts'
import { defineResource } from '../define-resource.ts'
import { autoscalerColumns } from './horizontalpodautoscalers.ts'
import { fromV2, toV2 } from './v1-conversion.ts'

/** The older face of an autoscaler, which knows CPU alone. Lies in the store as version 2 does. */
export const horizontalPodAutoscalersV1 = defineResource<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  storagePrefix: '/registry/horizontalpodautoscalers',
  storedAs: {
    group: 'autoscaling',
    version: 'v2',
    toStored: object => toV2(object as HorizontalPodAutoscaler),
    fromStored: object => fromV2(object as Stored),
  },
  unconditionalUpdate: true,
  generation: false,
  columns: autoscalerColumns.map(({ value, ...column }) => ({
    ...column,
    value: (object, now) => value(toV2(object), now),
  })),
  status: {},
})
