import { expect, test } from 'vitest'
import type { HorizontalPodAutoscaler } from '../../src-main/kubernetes/api/autoscaling-v2.ts'
import { scalingMetrics } from './scaling-metrics.ts'

test('scalingMetrics names what is measured of every type, with what is and what is wanted', () => {
  const wanted = { type: 'AverageValue', averageValue: '100' }
  const autoscaler = {
    metadata: { name: 'cart' },
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'cart' },
      maxReplicas: 5,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
        { type: 'Pods', pods: { metric: { name: 'requests_per_second' }, target: wanted } },
        {
          type: 'External',
          external: { metric: { name: 'queue' }, target: { type: 'Value', value: '30' } },
        },
        {
          type: 'ContainerResource',
          containerResource: { name: 'memory', container: 'main', target: wanted },
        },
      ],
    },
    status: {
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12 } } },
        { type: 'External', external: { metric: { name: 'queue' }, current: { value: '7' } } },
      ],
    },
  } as unknown as HorizontalPodAutoscaler
  expect(scalingMetrics(autoscaler)).toEqual([
    'cpu: 12 % of 80 %',
    'requests_per_second: not known of 100 for each pod',
    'queue: 7 of 30',
    'memory of main: not known of 100 for each pod',
  ])
})
