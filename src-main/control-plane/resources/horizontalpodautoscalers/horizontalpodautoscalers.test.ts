import { expect, test } from 'vitest'
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
} from '#kubernetes/api/autoscaling-v2.ts'
import { created, failuresOf } from '../shared/testing.ts'
import { horizontalPodAutoscalers } from './horizontalpodautoscalers.ts'
import { fromV2, toV2 } from './v1-conversion.ts'

const autoscaler = (spec: Partial<HorizontalPodAutoscalerSpec> = {}): HorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    maxReplicas: 5,
    ...spec,
  },
})
const cell = (object: HorizontalPodAutoscaler, name: string) =>
  horizontalPodAutoscalers.columns.find(column => column.name === name)?.value(object, 0)
const memory = {
  type: 'Resource',
  resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1024Mi' } },
}

test('an autoscaler goes by CPU unless told', () => {
  const { spec, status } = created(horizontalPodAutoscalers, autoscaler())
  expect(spec.minReplicas).toBe(1)
  expect(spec.metrics).toEqual([
    {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
    },
  ])
  expect(spec.behavior).toBeUndefined()
  expect(status).toEqual({ desiredReplicas: 0 })
})

test('what a behaviour leaves open is filled', () => {
  const { spec } = created(
    horizontalPodAutoscalers,
    autoscaler({ behavior: { scaleDown: { stabilizationWindowSeconds: 5 } } }),
  )
  expect(spec.behavior).toEqual({
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ],
    },
    scaleDown: {
      stabilizationWindowSeconds: 5,
      selectPolicy: 'Max',
      policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    },
  })
})

test('the columns show what is measured and aimed at', () => {
  const object = created(horizontalPodAutoscalers, autoscaler({ metrics: [memory] }))
  object.spec.metrics?.push(
    ...(created(horizontalPodAutoscalers, autoscaler()).spec.metrics ?? []),
    memory,
  )
  object.status = {
    desiredReplicas: 2,
    currentReplicas: 2,
    currentMetrics: [
      { type: 'Resource', resource: { name: 'memory', current: { averageValue: '10Mi' } } },
    ],
  }
  expect(cell(object, 'Reference')).toBe('Deployment/web')
  expect(cell(object, 'Targets')).toBe('memory: 10Mi/1Gi, cpu: <unknown>/80% + 1 more...')
})

test.each<[string, Partial<HorizontalPodAutoscalerSpec>, string[]]>([
  [
    'with fewer at most than at least',
    { minReplicas: 3, maxReplicas: 2 },
    ['spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`'],
  ],
  [
    'without a target',
    { scaleTargetRef: { kind: '', name: '' } },
    ['spec.scaleTargetRef.kind: Required value', 'spec.scaleTargetRef.name: Required value'],
  ],
  [
    'with a metric of no type',
    { metrics: [{ type: 'Memory' }] },
    [
      'spec.metrics[0].type: Unsupported value: "Memory": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
    ],
  ],
  [
    'with a metric without an aim',
    { metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } }] },
    [
      'spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
    ],
  ],
  [
    'with a policy of no time',
    {
      behavior: { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 0 }] } },
    },
    [
      'spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 0: must be greater than zero',
    ],
  ],
])('an autoscaler %s', (_, spec, problems) => {
  expect(failuresOf(horizontalPodAutoscalers, autoscaler(spec))).toEqual(problems)
})

test('version 1 keeps what it has no fields for, there and back', () => {
  const full = created(
    horizontalPodAutoscalers,
    autoscaler({ behavior: { scaleDown: { stabilizationWindowSeconds: 5 } } }),
  )
  full.spec.metrics?.push(memory, {
    type: 'External',
    external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '30' } },
  })
  full.status = {
    desiredReplicas: 2,
    currentReplicas: 1,
    conditions: [{ type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' }],
    currentMetrics: [
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 42 } } },
    ],
  }
  const old = fromV2(structuredClone(full))
  expect(old.spec.targetCPUUtilizationPercentage).toBe(80)
  expect(old.status?.currentCPUUtilizationPercentage).toBe(42)
  expect(Object.keys(old.metadata.annotations ?? {}).sort()).toEqual([
    'autoscaling.alpha.kubernetes.io/behavior',
    'autoscaling.alpha.kubernetes.io/conditions',
    'autoscaling.alpha.kubernetes.io/metrics',
  ])
  expect(toV2(old)).toEqual(full)
})
