import { Scale } from 'lucide-react'
import type { ObjectBody } from '../../src-main/contract/objects.ts'
import type { HorizontalPodAutoscaler } from '../../src-main/kubernetes/api/autoscaling-v2.ts'
import type { LimitRange, ResourceQuota } from '../../src-main/kubernetes/api/core-v1.ts'
import type { PodDisruptionBudget } from '../../src-main/kubernetes/api/policy-v1.ts'
import type { PriorityClass } from '../../src-main/kubernetes/api/scheduling-v1.ts'
import { selectorText } from '../../src-main/kubernetes/selectors/selector-text.ts'
import type { KindPresentation, Property, PropertySection } from './define-kind.ts'
import { scalingMetrics } from './scaling-metrics.ts'
import { linkTo, rows, sinceProperty, yesNo } from './shared-properties.tsx'

export const horizontalPodAutoscalers: KindPresentation = {
  resource: 'horizontalpodautoscalers.autoscaling',
  icon: Scale,
  about: 'A HorizontalPodAutoscaler sets the number of pods of a workload by how much they use.',
  columns: {
    columns: {
      Reference: { width: 120, leavesBelow: 800 },
      Targets: { width: 112, flex: 2 },
      MinPods: { leavesBelow: 900 },
      MaxPods: { leavesBelow: 900 },
    },
  },
  properties: body => autoscalerProperties(body as unknown as HorizontalPodAutoscaler),
}

function autoscalerProperties(autoscaler: HorizontalPodAutoscaler): Property[] {
  const { metadata, spec, status } = autoscaler
  const { kind = '', name = '' } = spec?.scaleTargetRef ?? {}
  return [
    {
      label: 'Scales',
      value: `${kind} ${name}`,
      link: linkTo(kind, name, metadata.namespace),
    },
    {
      label: 'Replicas',
      value: `${status?.currentReplicas ?? 0} now, from ${spec?.minReplicas ?? 1} to ${spec?.maxReplicas}`,
    },
    ...rows('By', scalingMetrics(autoscaler), value => ({ value, wraps: true })),
    ...sinceProperty('Last scaled', status?.lastScaleTime),
  ]
}

export const podDisruptionBudgets: KindPresentation = {
  resource: 'poddisruptionbudgets.policy',
  about:
    'A PodDisruptionBudget says how many of its pods may be away at once when nodes are drained.',
  selectsPods: true,
  properties: body => budgetProperties(body as unknown as PodDisruptionBudget),
}

function budgetProperties({ spec, status }: PodDisruptionBudget): Property[] {
  return [
    { label: 'At least', value: spec?.minAvailable },
    { label: 'Away at most', value: spec?.maxUnavailable },
    { label: 'May leave now', value: status?.disruptionsAllowed },
    {
      label: 'Healthy',
      value:
        status &&
        `${status.currentHealthy} of ${status.expectedPods}, ${status.desiredHealthy} needed`,
    },
    { label: 'Selector', value: selectorText(spec?.selector) },
  ]
}

export const resourceQuotas: KindPresentation = {
  resource: 'resourcequotas',
  about: 'A ResourceQuota bounds what a namespace may use altogether.',
  sections: quotaSections,
}

function quotaSections(body: ObjectBody): PropertySection[] {
  const { spec, status } = body as unknown as ResourceQuota
  const hard = status?.hard ?? spec?.hard ?? {}
  return [
    {
      title: 'Used of what is allowed',
      longLabels: true,
      properties: Object.entries(hard).map(([label, most]) => ({
        label,
        value: `${status?.used?.[label] ?? '0'} of ${most}`,
      })),
    },
  ]
}

export const limitRanges: KindPresentation = {
  resource: 'limitranges',
  about:
    'A LimitRange bounds single pods and containers of a namespace, and gives them what they don’t say.',
  sections: body => {
    const { spec } = body as unknown as LimitRange
    return (spec?.limits ?? []).map(({ type, ...limits }) => ({
      title: type,
      properties: Object.entries(limits).flatMap(([bound, amounts]) =>
        Object.entries((amounts ?? {}) as Record<string, string>).map(([name, amount]) => ({
          label: boundWords[bound] ?? bound,
          value: `${amount} ${name}`,
        })),
      ),
    }))
  },
}

const boundWords: Record<string, string> = {
  default: 'Limit if none',
  defaultRequest: 'Request if none',
  max: 'At most',
  min: 'At least',
  maxLimitRequestRatio: 'Limit : request',
}

export const priorityClasses: KindPresentation = {
  resource: 'priorityclasses.scheduling.k8s.io',
  about: 'A PriorityClass says which pods are scheduled first and which give way.',
  properties: body => {
    const { value, globalDefault, preemptionPolicy, description } = body as unknown as PriorityClass
    return [
      { label: 'Priority', value },
      { label: 'Default', value: yesNo(globalDefault ?? false) },
      { label: 'Preemption', value: preemptionPolicy },
      { label: 'Description', value: description, wraps: true },
    ]
  },
}
