import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../../src-main/kubernetes/api/autoscaling-v2.ts'

/** What of a metric tells it from others, what it is called, and how much of it is wanted or is there. */
interface Measured {
  readonly name: string
  readonly amount: MetricTarget | MetricValueStatus | undefined
}

/** What an autoscaler scales by, as it is and as it is wanted: `cpu: 12 % of 80 %`. */
export function scalingMetrics({ spec, status }: HorizontalPodAutoscaler): string[] {
  const current = (status?.currentMetrics ?? []).map(metric => measured(metric))
  return (spec?.metrics ?? []).map(metric => {
    const { name, amount } = measured(metric)
    const now = current.find(one => one.name === name)?.amount
    return `${name}: ${amountText(now) ?? 'not known'} of ${amountText(amount) ?? '?'}`
  })
}

function measured(metric: MetricSpec | MetricStatus): Measured {
  const { resource, containerResource, pods, object, external } = metric
  const named = pods ?? object ?? external
  if (resource) return { name: resource.name, amount: amountOf(resource) }
  if (containerResource) {
    const { container, name } = containerResource
    return { name: `${name} of ${container}`, amount: amountOf(containerResource) }
  }
  return named
    ? { name: named.metric.name, amount: amountOf(named) }
    : { name: metric.type, amount: undefined }
}

const amountOf = (of: { target?: MetricTarget } | { current?: MetricValueStatus }) =>
  'target' in of ? of.target : 'current' in of ? of.current : undefined

function amountText(of: MetricTarget | MetricValueStatus | undefined): string | undefined {
  if (of?.averageUtilization !== undefined) return `${of.averageUtilization} %`
  return of?.averageValue ? `${of.averageValue} for each pod` : of?.value
}
