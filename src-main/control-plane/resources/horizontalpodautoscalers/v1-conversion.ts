import type * as v1 from '#kubernetes/api/autoscaling-v1.ts'
import type * as v2 from '#kubernetes/api/autoscaling-v2.ts'
import { toV1Metric, toV1MetricStatus, toV2Metric, toV2MetricStatus } from './v1-metrics.ts'

/** Where version 1 keeps what it has no fields for. */
const keys = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
}

const isCpuShare = ({ type, resource }: v2.MetricSpec) =>
  type === 'Resource' &&
  resource?.name === 'cpu' &&
  resource.target.averageUtilization !== undefined
const isCpuStatus = ({ type, resource }: v2.MetricStatus) =>
  type === 'Resource' &&
  resource?.name === 'cpu' &&
  resource.current.averageUtilization !== undefined

/** Version 1 of an autoscaler: the use of CPU as a field, the rest in annotations. */
export function fromV2(object: v2.HorizontalPodAutoscaler): v1.HorizontalPodAutoscaler {
  const { spec, status } = object
  const { metrics = [], behavior, ...bounds } = spec
  const {
    currentMetrics = [],
    conditions = [],
    currentReplicas = 0,
    ...counts
  } = status ?? {
    desiredReplicas: 0,
  }
  const cpu = metrics.find(isCpuShare)
  const cpuNow = currentMetrics.find(isCpuStatus)
  const target = cpu?.resource?.target.averageUtilization
  const current = cpuNow?.resource?.current.averageUtilization
  const annotations = {
    ...object.metadata.annotations,
    ...asAnnotation('metrics', metrics.filter(one => one !== cpu).map(toV1Metric)),
    ...asAnnotation(
      'currentMetrics',
      currentMetrics.filter(one => one !== cpuNow).map(toV1MetricStatus),
    ),
    ...asAnnotation('conditions', conditions),
    ...(behavior ? { [keys.behavior]: JSON.stringify(behavior) } : {}),
  }
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(object.metadata, annotations),
    spec: {
      ...bounds,
      ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }),
    },
    status: {
      ...counts,
      currentReplicas,
      ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }),
    },
  }
}

/** The autoscaler that a version 1 stands for. */
export function toV2(object: v1.HorizontalPodAutoscaler): v2.HorizontalPodAutoscaler {
  const { targetCPUUtilizationPercentage: target, ...bounds } = object.spec ?? {}
  const {
    currentCPUUtilizationPercentage: current,
    currentReplicas,
    ...counts
  } = object.status ?? { currentReplicas: 0, desiredReplicas: 0 }
  const annotations = { ...object.metadata.annotations }
  const take = <T>(key: keyof typeof keys): T | undefined => {
    const text = annotations[keys[key]]
    delete annotations[keys[key]]
    return text === undefined ? undefined : parsed<T>(text)
  }
  const metrics = [
    ...(target === undefined ? [] : [cpuShare(target)]),
    ...(take<v1.MetricSpec[]>('metrics') ?? []).map(toV2Metric),
  ]
  const currentMetrics = [
    ...(current === undefined ? [] : [cpuStatus(current)]),
    ...(take<v1.MetricStatus[]>('currentMetrics') ?? []).map(toV2MetricStatus),
  ]
  const conditions = take<v2.HorizontalPodAutoscalerCondition[]>('conditions')
  const behavior = take<v2.HorizontalPodAutoscalerBehavior>('behavior')
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(object.metadata, annotations),
    spec: {
      ...bounds,
      ...(metrics.length ? { metrics } : {}),
      ...(behavior ? { behavior } : {}),
    },
    status: {
      ...counts,
      ...(currentReplicas ? { currentReplicas } : {}),
      ...(currentMetrics.length ? { currentMetrics } : {}),
      ...(conditions ? { conditions } : {}),
    },
  }
}

const asAnnotation = (key: keyof typeof keys, items: unknown[]): Record<string, string> =>
  items.length ? { [keys[key]]: JSON.stringify(items) } : {}

function withAnnotations<M extends { annotations?: Record<string, string> }>(
  { annotations: _, ...metadata }: M,
  annotations: Record<string, string>,
) {
  return Object.keys(annotations).length ? { ...metadata, annotations } : metadata
}

const cpuShare = (averageUtilization: number): v2.MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

const cpuStatus = (averageUtilization: number): v2.MetricStatus => ({
  type: 'Resource',
  resource: { name: 'cpu', current: { averageUtilization } },
})

/** What an annotation says; one that someone broke says nothing. */
function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
