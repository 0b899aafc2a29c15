import type { Informer } from '#client/informer.ts'
import type { Client } from '#client/rest.ts'
import type { Scale } from '#kubernetes/api/autoscaling-v1.ts'
import type { HorizontalPodAutoscaler, MetricStatus } from '#kubernetes/api/autoscaling-v2.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { parseLabelSelector } from '#kubernetes/selectors/label-selector.ts'
import type { AutoscalerStatus } from './autoscaler-status.ts'
import {
  MetricError,
  type MetricProposal,
  proposeByMetric,
  type ScaledPods,
} from './compute-metrics.ts'

/** What looking at an autoscaler's metrics needs and tells. */
interface Look {
  client: Client
  pods: Informer<Pod>
  now: number
  status: AutoscalerStatus
  /** Records a warning about the autoscaler. */
  warn(reason: string, message: string): void
  /** The keys of the autoscalers that are about some of these pods, by uid; empty when this one is alone. */
  shared(pods: string[]): string[]
}

export interface SizeProposal {
  replicas: number
  /** The metric that asks for it. */
  name: string
  metrics: MetricStatus[]
}

/**
 * The largest size that a metric asks for. Throws when none can be read, or one can't and the others would have the
 * workload shrink; why is told before.
 */
export async function proposeSize(
  autoscaler: Stored<HorizontalPodAutoscaler>,
  scale: Stored<Scale>,
  look: Look,
): Promise<SizeProposal> {
  const current = scale.spec?.replicas ?? 0
  const scaled = scaledPods(scale, look)
  const proposals: MetricProposal[] = []
  const failures: MetricError[] = []
  for (const metric of autoscaler.spec.metrics ?? []) {
    try {
      proposals.push(await proposeByMetric(look.client, autoscaler, metric, scaled, look.now))
    } catch (error) {
      if (!(error instanceof MetricError)) throw error
      look.warn(error.reason, error.message)
      failures.push(error)
    }
  }
  const largest = proposals.toSorted((a, b) => b.replicas - a.replicas)[0]
  const metrics = proposals.map(({ status }) => status)
  if (!largest || (failures.length > 0 && largest.replicas < current)) {
    look.status.counts(current, undefined, metrics)
    throw metricsFailed(failures, autoscaler.spec.metrics?.length ?? 0, look)
  }
  const message = `the HPA was able to successfully calculate a replica count from ${largest.name}`
  look.status.condition('ScalingActive', true, 'ValidMetricFound', message)
  return { replicas: largest.replicas, name: largest.name, metrics }
}

function metricsFailed(failures: MetricError[], total: number, { status, warn }: Look): Error {
  const [first] = failures
  const message = `the HPA was unable to compute the replica count: ${first?.message}`
  status.condition('ScalingActive', false, first?.reason ?? '', message)
  const why = `invalid metrics (${failures.length} invalid out of ${total}), first error is: ${first?.summary}`
  warn('FailedComputeMetricsReplicas', why)
  return new Error(why)
}

/** The pods that a scale is about. Throws when it doesn't say which, or another autoscaler scales them too. */
function scaledPods({ metadata, status: scale }: Stored<Scale>, look: Look): ScaledPods {
  const { namespace = '' } = metadata
  const { selector = '', replicas = 0 } = scale ?? {}
  if (selector === '') {
    look.warn('SelectorRequired', 'selector is required')
    const message = "the HPA target's scale is missing a selector"
    look.status.condition('ScalingActive', false, 'InvalidSelector', message)
    throw new Error('selector is required')
  }
  const matching = parseLabelSelector(selector)
  const pods = look.pods
    .list(namespace)
    .filter(({ metadata }) => matching.matches(metadata.labels ?? {}))
  const sharing = look.shared(pods.map(({ metadata }) => metadata.uid))
  if (sharing.length > 0) {
    const why = `pods by selector ${selector} are controlled by multiple HPAs: [${sharing.join(' ')}]`
    look.warn('AmbiguousSelector', why)
    look.status.condition('ScalingActive', false, 'AmbiguousSelector', why)
    throw new Error(why)
  }
  return { namespace, selector, pods, currentReplicas: replicas }
}
