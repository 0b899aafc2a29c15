import type { MetricIdentifier, MetricSpec, MetricTarget } from '#kubernetes/api/autoscaling-v2.ts'
import { checkLabel, checkPathSegment } from '#kubernetes/names.ts'
import { parseQuantity } from '#kubernetes/quantity.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  forbidden,
  invalid,
  malformed,
  notSupported,
  required,
} from '../shared/field-errors.ts'
import { validateContainerResourceName } from '../shared/resource-names.ts'
import { validateReference } from './reference-validation.ts'

/** The field that each type of metric is described in. */
const sources = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
} as const
type MetricType = keyof typeof sources
const isMetricType = (type: string): type is MetricType => type in sources

/** What is wrong with the metrics that an autoscaler goes by. */
export const validateMetrics = (metrics: MetricSpec[] | undefined, path: string): FieldError[] =>
  each(metrics, path, (metric, path) => {
    const { type } = metric
    if (!type) return [required(`${path}.type`, 'must specify a metric source type')]
    if (!isMetricType(type)) return [notSupported(`${path}.type`, type, Object.keys(sources))]
    const own = sources[type]
    return [
      ...Object.values(sources)
        .filter(source => source !== own && metric[source] !== undefined)
        .map(source =>
          forbidden(`${path}.${source}`, 'must populate the given metric source only'),
        ),
      ...(metric[own]
        ? validateSource(metric, `${path}.${own}`)
        : [required(`${path}.${own}`, 'must populate information for the given metric source')]),
    ]
  })

function validateSource(metric: MetricSpec, path: string): FieldError[] {
  const { resource, containerResource, pods, object, external } = metric
  if (resource) {
    return [...validateResource(resource.name, path), ...validateShare(resource.target, path)]
  }
  if (containerResource) {
    const { name, container, target } = containerResource
    return [
      ...validateResource(name, path),
      ...(container
        ? malformed(`${path}.container`, container, checkLabel(container))
        : [required(`${path}.container`, 'must specify a container')]),
      ...validateShare(target, path),
    ]
  }
  if (pods) {
    return [
      ...validateIdentifier(pods.metric, path),
      ...validateTarget(pods.target, `${path}.target`),
      ...(pods.target?.averageValue === undefined
        ? [required(`${path}.target.averageValue`, 'must specify a positive target averageValue')]
        : []),
    ]
  }
  if (object) {
    return [
      ...validateReference(object.describedObject, `${path}.describedObject`),
      ...validateIdentifier(object.metric, path),
      ...validateTarget(object.target, `${path}.target`),
      ...oneOfTwo(object.target, path, 'must set either a target value or averageValue'),
    ]
  }
  return [
    ...validateIdentifier(external?.metric, path),
    ...validateTarget(external?.target, `${path}.target`),
    ...oneOfTwo(
      external?.target,
      path,
      'must set either a target value for metric or a per-pod target',
    ),
    ...(external?.target.value !== undefined && external.target.averageValue !== undefined
      ? [
          forbidden(
            `${path}.target.value`,
            'may not set both a target value for metric and a per-pod target',
          ),
        ]
      : []),
  ]
}

const validateResource = (name: string, path: string): FieldError[] =>
  name
    ? validateContainerResourceName(name, `${path}.name`)
    : [required(`${path}.name`, 'must specify a resource name')]

function validateShare(target: MetricTarget | undefined, path: string): FieldError[] {
  const { averageUtilization, averageValue } = target ?? {}
  const errors = validateTarget(target, `${path}.target`)
  if (averageUtilization === undefined && averageValue === undefined) {
    errors.push(
      required(
        `${path}.target.averageUtilization`,
        'must set either a target raw value or a target utilization',
      ),
    )
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    errors.push(
      forbidden(
        `${path}.target.averageValue`,
        'may not set both a target raw value and a target utilization',
      ),
    )
  }
  return errors
}

const oneOfTwo = (target: MetricTarget | undefined, path: string, detail: string): FieldError[] =>
  target?.value === undefined && target?.averageValue === undefined
    ? [required(`${path}.target.averageValue`, detail)]
    : []

function validateTarget(target: MetricTarget | undefined, path: string): FieldError[] {
  const { type, value, averageValue, averageUtilization } = target ?? {}
  const positive = (field: string, amount: string | undefined) =>
    amount !== undefined && (parseQuantity(amount) ?? 0n) <= 0n
      ? [invalid(`${path}.${field}`, amount, 'must be positive')]
      : []
  return [
    ...(type ? [] : [required(`${path}.type`, 'must specify a metric target type')]),
    ...(type && !['Utilization', 'Value', 'AverageValue'].includes(type)
      ? [invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue')]
      : []),
    ...positive('value', value),
    ...positive('averageValue', averageValue),
    ...(averageUtilization !== undefined && averageUtilization < 1
      ? [invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0')]
      : []),
  ]
}

function validateIdentifier(metric: MetricIdentifier | undefined, path: string): FieldError[] {
  const { name } = metric ?? {}
  return name
    ? malformed(`${path}.metric.name`, name, checkPathSegment(name))
    : [required(`${path}.metric.name`, 'must specify a metric name')]
}
