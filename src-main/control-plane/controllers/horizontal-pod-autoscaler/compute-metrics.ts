import { errorMessage } from '#base/errors.ts'
import type { Client } from '#client/rest.ts'
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '#kubernetes/api/autoscaling-v2.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { milliQuantity, quantityMilliValue } from '#kubernetes/quantity.ts'
import {
  type Proposal,
  replicasForAverage,
  replicasForUtilization,
  type Tolerances,
} from './replica-calculator.ts'
import { readResourceMetrics } from './resource-metrics.ts'

const defaultTolerance = 0.1

/** What is scaled, as its `scale` tells. */
export interface ScaledPods {
  namespace: string
  /** The pods' label selector as text. */
  selector: string
  pods: Stored<Pod>[]
  currentReplicas: number
}

/** A metric that couldn't be read, or says nothing; `reason` and message are those of the event and the condition. */
export class MetricError extends Error {
  readonly reason: string
  /** What it is called where all metrics of the autoscaler are told of: `failed to get pods metric value: …`. */
  readonly summary: string

  constructor(reason: string, message: string, what?: string) {
    super(message)
    this.reason = reason
    this.summary = what ? `failed to get ${what}: ${message}` : message
  }
}

/** The size that one metric asks for. */
export interface MetricProposal {
  replicas: number
  /** As it is called in events: `cpu resource utilization (percentage of request)`. */
  name: string
  status: MetricStatus
}

/** Measures what one metric is about and works out the size it asks for. Throws a `MetricError`. */
export async function proposeByMetric(
  client: Client,
  { spec }: HorizontalPodAutoscaler,
  metric: MetricSpec,
  scaled: ScaledPods,
  now: number,
): Promise<MetricProposal> {
  const { resource, containerResource } = metric
  const tolerances = {
    up: toleranceOf(spec.behavior?.scaleUp?.tolerance),
    down: toleranceOf(spec.behavior?.scaleDown?.tolerance),
  }
  const measure = { client, scaled, tolerances, now }
  if (metric.type === 'Resource' && resource) {
    const { current, name, replicas } = await proposeByResource(measure, {
      ...resource,
      container: '',
    })
    return {
      replicas,
      name,
      status: { type: 'Resource', resource: { name: resource.name, current } },
    }
  }
  if (metric.type === 'ContainerResource' && containerResource) {
    const { name: resourceName, container } = containerResource
    const { current, name, replicas } = await proposeByResource(measure, containerResource)
    const status = { name: resourceName, container, current }
    return { replicas, name, status: { type: 'ContainerResource', containerResource: status } }
  }
  throw unservedMetric(metric, scaled.namespace)
}

interface Measure {
  client: Client
  scaled: ScaledPods
  tolerances: Tolerances
  now: number
}

async function proposeByResource(
  { client, scaled, tolerances, now }: Measure,
  { name, container, target }: { name: string; container: string; target: MetricTarget },
): Promise<{ replicas: number; name: string; current: MetricValueStatus }> {
  const { averageValue, averageUtilization } = target
  const kind = averageValue === undefined ? 'utilization' : 'usage'
  try {
    const metrics = await readResourceMetrics(client, scaled, name, container).catch(error => {
      throw new Error(`unable to get metrics for resource ${name}: ${errorMessage(error)}`)
    })
    const measurement = { ...scaled, metrics, resource: name, container, tolerances, now }
    const proposal =
      averageValue === undefined
        ? replicasForUtilization(measurement, averageUtilization ?? 0)
        : replicasForAverage(measurement, quantityMilliValue(averageValue))
    const { replicas } = proposal
    return { replicas, name: nameOf(name, container, kind), current: currentOf(proposal) }
  } catch (error) {
    throw new MetricError(
      container ? 'FailedGetContainerResourceMetric' : 'FailedGetResourceMetric',
      `failed to get ${name} ${kind}: ${errorMessage(error)}`,
      container ? `${container} container metric value` : `${name} resource metric value`,
    )
  }
}

function nameOf(resource: string, container: string, kind: 'utilization' | 'usage'): string {
  if (kind === 'usage') return `${resource} resource`
  const of = container ? 'container resource' : 'resource'
  return `${resource} ${of} utilization (percentage of request)`
}

const currentOf = ({ averageMilli, utilization }: Proposal): MetricValueStatus => ({
  averageValue: milliQuantity(averageMilli),
  ...(utilization === undefined ? {} : { averageUtilization: utilization }),
})

const toleranceOf = (tolerance: string | undefined): number =>
  tolerance === undefined ? defaultTolerance : quantityMilliValue(tolerance) / 1000

/** What nobody serves in a cluster without an adapter: metrics of applications and of other systems. */
function unservedMetric({ type, pods, object, external }: MetricSpec, namespace: string) {
  const unregistered = (api: string) =>
    `unable to fetch metrics from ${api} metrics API: no ${api} metrics API (${api}.metrics.k8s.io) registered`
  if (type === 'Pods') {
    return new MetricError(
      'FailedGetPodsMetric',
      `unable to get metric ${pods?.metric.name}: ${unregistered('custom')}`,
      'pods metric value',
    )
  }
  if (type === 'Object') {
    const { describedObject, metric } = object ?? {}
    return new MetricError(
      'FailedGetObjectMetric',
      `unable to get metric ${metric?.name}: ${describedObject?.kind} on ${namespace} ${describedObject?.name}/${unregistered('custom')}`,
      'object metric value',
    )
  }
  if (type === 'External') {
    const { name, selector } = external?.metric ?? {}
    const isAverage = external?.target.averageValue !== undefined
    return new MetricError(
      'FailedGetExternalMetric',
      `unable to get external metric ${namespace}/${name}/${selectorText(selector)}: ${unregistered('external')}`,
      `${name} external metric value: failed to get ${isAverage ? `${name} external metric` : `external metric ${name}`}`,
    )
  }
  return new MetricError(
    'InvalidMetricSourceType',
    `unknown metric source type ${JSON.stringify(type)}`,
  )
}

/** A label selector as Go prints one: `&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:…,}`. */
function selectorText(selector: LabelSelector | undefined): string {
  if (!selector) return 'nil'
  const labels = Object.entries(selector.matchLabels ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  )
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
}
