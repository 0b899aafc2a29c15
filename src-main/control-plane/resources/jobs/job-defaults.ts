import type { Job, JobSpec } from '#kubernetes/api/batch-v1.ts'
import { defaultPodTemplate } from '../shared/pod-spec/pod-spec-defaults.ts'

const unlimited = 2_147_483_647

/** Fills a Job as upstream does. */
export function defaultJob(job: Job): void {
  job.spec ??= {} as JobSpec
  const { spec, metadata } = job
  spec.template ??= {}
  defaultPodTemplate(spec.template)
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
  spec.parallelism ??= 1
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : unlimited
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
  spec.manualSelector ??= false
  defaultFailurePolicy(spec)
  const labels = spec.template.metadata?.labels
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels }
}

/** Fills the spec in the template of a CronJob: its pods and policies, not what only Jobs get. */
export function defaultJobTemplate(spec: JobSpec): void {
  spec.template ??= {}
  defaultPodTemplate(spec.template)
  defaultFailurePolicy(spec)
}

/** A pod's condition in a failure policy is awaited to be true. */
function defaultFailurePolicy({ podFailurePolicy }: JobSpec): void {
  for (const { onPodConditions = [] } of podFailurePolicy?.rules ?? []) {
    for (const pattern of onPodConditions) pattern.status ??= 'True'
  }
}

/** The labels by which a Job finds its pods, old and new names. */
export const generatedLabels = ({ metadata }: Job): Record<string, string> => ({
  'controller-uid': metadata.uid ?? '',
  'batch.kubernetes.io/controller-uid': metadata.uid ?? '',
  'job-name': metadata.name ?? '',
  'batch.kubernetes.io/job-name': metadata.name ?? '',
})

/** Unless the selector is the user's own: labels the template and selects by the Job's uid. */
export function generateSelector(job: Job): void {
  const { spec } = job
  if (spec.manualSelector) return
  const metadata = spec.template.metadata ?? {}
  spec.template.metadata = metadata
  metadata.labels = { ...generatedLabels(job), ...metadata.labels }
  spec.selector ??= {}
  spec.selector.matchLabels = {
    'batch.kubernetes.io/controller-uid': job.metadata.uid ?? '',
    ...spec.selector.matchLabels,
  }
}
