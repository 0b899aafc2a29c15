import type * as v1 from '#kubernetes/api/autoscaling-v1.ts'
import type * as v2 from '#kubernetes/api/autoscaling-v2.ts'

/** Drops what is undefined, so that absent fields stay absent. */
const compact = <T extends object>(object: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T

/** A metric as version 1 writes it into an annotation. */
export function toV1Metric(metric: v2.MetricSpec): v1.MetricSpec {
  const { resource, containerResource, pods, object, external } = metric
  return compact<v1.MetricSpec>({
    type: metric.type as v1.MetricSpec['type'],
    resource: resource && { name: resource.name, ...oldShare(resource.target) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      ...oldShare(containerResource.target),
    },
    pods:
      pods &&
      compact<v1.PodsMetricSource>({
        metricName: pods.metric.name,
        selector: pods.metric.selector,
        targetAverageValue: pods.target.averageValue ?? '0',
      }),
    object:
      object &&
      compact<v1.ObjectMetricSource>({
        target: object.describedObject,
        metricName: object.metric.name,
        selector: object.metric.selector,
        targetValue: object.target.value ?? '0',
        averageValue: object.target.averageValue,
      }),
    external:
      external &&
      compact<v1.ExternalMetricSource>({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      }),
  })
}

/** The metric that such a text stands for. */
export function toV2Metric(metric: v1.MetricSpec): v2.MetricSpec {
  const { resource, containerResource, pods, object, external } = metric
  return compact<v2.MetricSpec>({
    type: metric.type,
    resource: resource && { name: resource.name, target: newShare(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      target: newShare(containerResource),
    },
    pods: pods && {
      metric: identifier(pods.metricName, pods.selector),
      target: { type: 'AverageValue', averageValue: pods.targetAverageValue },
    },
    object: object && {
      describedObject: object.target,
      metric: identifier(object.metricName, object.selector),
      target: valueTarget(
        object.averageValue ? undefined : object.targetValue,
        object.averageValue,
      ),
    },
    external: external && {
      metric: identifier(external.metricName, external.metricSelector),
      target: valueTarget(external.targetValue, external.targetAverageValue),
    },
  })
}

/** What was measured of resources, as version 1 writes it; nothing else is measured. */
export function toV1MetricStatus({
  type,
  resource,
  containerResource,
}: v2.MetricStatus): v1.MetricStatus {
  const current = (status: v2.MetricValueStatus) =>
    compact<{ currentAverageUtilization?: number; currentAverageValue: string }>({
      currentAverageUtilization: status.averageUtilization,
      currentAverageValue: status.averageValue ?? '0',
    })
  return compact<v1.MetricStatus>({
    type: type as v1.MetricStatus['type'],
    resource: resource && { name: resource.name, ...current(resource.current) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      ...current(containerResource.current),
    },
  })
}

export function toV2MetricStatus({
  type,
  resource,
  containerResource,
}: v1.MetricStatus): v2.MetricStatus {
  const current = (status: v1.ResourceMetricStatus | v1.ContainerResourceMetricStatus) =>
    compact<v2.MetricValueStatus>({
      averageUtilization: status.currentAverageUtilization,
      averageValue: status.currentAverageValue,
    })
  return compact<v2.MetricStatus>({
    type,
    resource: resource && { name: resource.name, current: current(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      current: current(containerResource),
    },
  })
}

const oldShare = ({ averageUtilization, averageValue }: v2.MetricTarget) =>
  compact<{ targetAverageUtilization?: number; targetAverageValue?: string }>({
    targetAverageUtilization: averageUtilization,
    targetAverageValue: averageValue,
  })

const newShare = ({
  targetAverageUtilization,
  targetAverageValue,
}: v1.ResourceMetricSource | v1.ContainerResourceMetricSource): v2.MetricTarget =>
  compact<v2.MetricTarget>({
    type: targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization',
    averageUtilization: targetAverageUtilization,
    averageValue: targetAverageValue,
  })

const valueTarget = (
  value: string | undefined,
  averageValue: string | undefined,
): v2.MetricTarget =>
  compact<v2.MetricTarget>({
    type: averageValue === undefined ? 'Value' : 'AverageValue',
    value,
    averageValue,
  })

const identifier = (name: string, selector: v2.MetricIdentifier['selector']) =>
  compact<v2.MetricIdentifier>({ name, selector })
