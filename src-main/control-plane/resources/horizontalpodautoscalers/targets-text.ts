import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '#kubernetes/api/autoscaling-v2.ts'

const shownMetrics = 2
const unknown = '<unknown>'

/** What an autoscaler measures and aims at: `cpu: 12%/80%, memory: 10Mi/1Gi + 1 more...`. */
export function targetsText({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec.metrics ?? []
  if (metrics.length === 0) return '<none>'
  const texts = metrics.map((metric, index) => metricText(metric, status?.currentMetrics?.[index]))
  const shown = texts.slice(0, shownMetrics).join(', ')
  const left = texts.length - shownMetrics
  return left > 0 ? `${shown} + ${left} more...` : shown
}

function metricText(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'Resource':
      return resourceText(spec.resource, status?.resource?.current)
    case 'ContainerResource':
      return resourceText(spec.containerResource, status?.containerResource?.current)
    case 'Pods':
      return `${status?.pods?.current.averageValue ?? unknown}/${spec.pods?.target.averageValue}`
    case 'Object':
      return valueText(spec.object?.target, status?.object?.current)
    case 'External':
      return valueText(spec.external?.target, status?.external?.current)
    default:
      return '<unknown type>'
  }
}

function resourceText(
  source: { name: string; target: MetricTarget } | undefined,
  current: MetricValueStatus | undefined,
): string {
  const { averageValue, averageUtilization } = source?.target ?? {}
  const percent = (value: number | undefined, absent: string) =>
    value === undefined ? absent : `${value}%`
  return averageValue === undefined
    ? `${source?.name}: ${percent(current?.averageUtilization, unknown)}/${percent(averageUtilization, '<auto>')}`
    : `${source?.name}: ${current?.averageValue ?? unknown}/${averageValue}`
}

const valueText = (
  target: MetricTarget | undefined,
  current: MetricValueStatus | undefined,
): string =>
  target?.averageValue === undefined
    ? `${current?.value ?? unknown}/${target?.value}`
    : `${current?.averageValue ?? unknown}/${target.averageValue} (avg)`
