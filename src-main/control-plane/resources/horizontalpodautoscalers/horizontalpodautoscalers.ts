import type { HorizontalPodAutoscaler, HPAScalingRules } from '#kubernetes/api/autoscaling-v2.ts'
import { canonicalQuantity, quantityProblem } from '#kubernetes/quantity.ts'
import { type Column, defineResource } from '../define-resource.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { keepStatus } from '../shared/status.ts'
import { validateAutoscaler, validateAutoscalerStatus } from './autoscaler-validation.ts'
import { targetsText } from './targets-text.ts'

export const autoscalerColumns: Column<HorizontalPodAutoscaler>[] = [
  nameColumn,
  {
    name: 'Reference',
    type: 'string',
    value: ({ spec: { scaleTargetRef } }) => `${scaleTargetRef.kind}/${scaleTargetRef.name}`,
  },
  { name: 'Targets', type: 'string', value: targetsText },
  {
    name: 'MinPods',
    type: 'string',
    value: ({ spec }) => String(spec.minReplicas ?? '<unset>'),
  },
  { name: 'MaxPods', type: 'string', value: ({ spec }) => spec.maxReplicas },
  { name: 'Replicas', type: 'string', value: ({ status }) => status?.currentReplicas ?? 0 },
  ageColumn,
]

/** How fast an autoscaler scales when its behaviour says nothing else. */
const defaultUp: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
}
const defaultDown: HPAScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
}

/** Fills an autoscaler as upstream does. */
export function defaultAutoscaler(autoscaler: HorizontalPodAutoscaler): void {
  autoscaler.spec ??= {} as HorizontalPodAutoscaler['spec']
  const { spec } = autoscaler
  spec.minReplicas ??= 1
  if (!spec.metrics?.length) {
    const target = { type: 'Utilization', averageUtilization: 80 }
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }]
  }
  for (const metric of spec.metrics) {
    const source =
      metric.resource ?? metric.containerResource ?? metric.pods ?? metric.object ?? metric.external
    for (const field of ['value', 'averageValue'] as const) {
      const amount = source?.target?.[field]
      if (source && amount !== undefined && !quantityProblem(String(amount))) {
        source.target[field] = canonicalQuantity(amount)
      }
    }
  }
  if (!spec.behavior) return
  spec.behavior.scaleUp = { ...structuredClone(defaultUp), ...spec.behavior.scaleUp }
  spec.behavior.scaleDown = { ...structuredClone(defaultDown), ...spec.behavior.scaleDown }
}

export const horizontalPodAutoscalers = defineResource<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  storagePrefix: '/registry/horizontalpodautoscalers',
  unconditionalUpdate: true,
  generation: false,
  columns: autoscalerColumns,
  defaults: defaultAutoscaler,
  prepareForCreate(autoscaler) {
    autoscaler.status = { desiredReplicas: 0 }
  },
  prepareForUpdate: keepStatus,
  validate: validateAutoscaler,
  status: { validateUpdate: validateAutoscalerStatus },
})
