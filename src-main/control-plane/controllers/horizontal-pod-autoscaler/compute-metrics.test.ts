import { expect, test } from 'vitest'
import { Client } from '#client/rest.ts'
import type { MetricSpec } from '#kubernetes/api/autoscaling-v2.ts'
import { MetricError, proposeByMetric } from './compute-metrics.ts'

const unregistered = (api: string) =>
  `unable to fetch metrics from ${api} metrics API: no ${api} metrics API (${api}.metrics.k8s.io) registered`
const selector = { matchLabels: { b: '2', a: '1' } }
const selectorText =
  '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{},}'

test.each<[string, string, string, Partial<MetricSpec>]>([
  [
    'FailedGetPodsMetric',
    `unable to get metric rps: ${unregistered('custom')}`,
    'failed to get pods metric value: ',
    {
      type: 'Pods',
      pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '1' } },
    },
  ],
  [
    'FailedGetObjectMetric',
    `unable to get metric hits: Service on shop front/${unregistered('custom')}`,
    'failed to get object metric value: ',
    {
      type: 'Object',
      object: {
        describedObject: { kind: 'Service', name: 'front', apiVersion: 'v1' },
        metric: { name: 'hits' },
        target: { type: 'Value', value: '1' },
      },
    },
  ],
  [
    'FailedGetExternalMetric',
    `unable to get external metric shop/queue/${selectorText}: ${unregistered('external')}`,
    'failed to get queue external metric value: failed to get external metric queue: ',
    {
      type: 'External',
      external: { metric: { name: 'queue', selector }, target: { type: 'Value', value: '1' } },
    },
  ],
  [
    'FailedGetExternalMetric',
    `unable to get external metric shop/queue/nil: ${unregistered('external')}`,
    'failed to get queue external metric value: failed to get queue external metric: ',
    {
      type: 'External',
      external: {
        metric: { name: 'queue' },
        target: { type: 'AverageValue', averageValue: '1' },
      },
    },
  ],
])('%s: %s', async (reason, message, summary, metric) => {
  const client = new Client(undefined as never, { userAgent: 'test' })
  const autoscaler = { spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'a' } } }
  const scaled = { namespace: 'shop', selector: 'app=a', pods: [], currentReplicas: 1 }
  const failure = await proposeByMetric(
    client,
    autoscaler as never,
    metric as MetricSpec,
    scaled,
    0,
  ).catch(error => error)
  expect(failure).toBeInstanceOf(MetricError)
  expect(failure).toMatchObject({ reason, message, summary: `${summary}${message}` })
})
