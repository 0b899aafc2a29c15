import type { Job } from '#kubernetes/api/batch-v1.ts'
import type { Affinity, NodeAffinity, PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import { checkLabel } from '#kubernetes/names.ts'
import { labelSelectorOf } from '#kubernetes/selectors/label-selector.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { asPrinted, sortedByName } from '../shared/as-printed.ts'
import { immutable, invalid, isEqual, required } from '../shared/field-errors.ts'
import { validateLabelSelector } from '../shared/label-selector.ts'
import { immutableSelector } from '../shared/workload-validation.ts'
import { generatedLabels } from './job-defaults.ts'
import { validateJobSpec } from './job-spec-validation.ts'

/** What is wrong with a Job. */
export const validateJob = (job: Job): FieldError[] => [
  ...(job.metadata.uid ? [] : [required('metadata.uid')]),
  ...validateSelector(job),
  ...validateJobSpec(job.spec, 'spec'),
  ...validateHostname(job),
]

/** What a Job keeps; more may change while it waits to be started for the first time. */
export function validateJobUpdate(job: Job, old: Job): FieldError[] {
  const { spec } = job
  const { spec: before } = old
  return [
    ...validateCompletions(job, old),
    ...immutableSelector(spec.selector, before.selector),
    ...validateTemplate(job, old),
    ...immutable('spec.completionMode', spec.completionMode, before.completionMode),
    ...immutable(
      'spec.podFailurePolicy',
      spec.podFailurePolicy,
      before.podFailurePolicy,
      asPrinted('batch/v1', 'PodFailurePolicy', spec.podFailurePolicy),
    ),
    ...immutable(
      'spec.backoffLimitPerIndex',
      spec.backoffLimitPerIndex,
      before.backoffLimitPerIndex,
    ),
    ...immutable('spec.managedBy', spec.managedBy, before.managedBy),
    ...immutable(
      'spec.successPolicy',
      spec.successPolicy,
      before.successPolicy,
      asPrinted('batch/v1', 'SuccessPolicy', spec.successPolicy),
    ),
  ]
}

function validateSelector(job: Job): FieldError[] {
  const { spec } = job
  if (!spec.selector) return [required('spec.selector')]
  const labels = spec.template.metadata?.labels ?? {}
  const errors = [
    ...validateLabelSelector(spec.selector, 'spec.selector'),
    ...(spec.manualSelector ? [] : validateGeneratedSelector(job, labels)),
  ]
  if (matches(job, labels)) return errors
  return [
    ...errors,
    invalid(
      'spec.template.metadata.labels',
      sortedByName(labels),
      '`selector` does not match template `labels`',
    ),
  ]
}

function validateGeneratedSelector(job: Job, labels: Record<string, string>): FieldError[] {
  const wrong = Object.entries(generatedLabels(job)).flatMap(([key, wanted]) => {
    const path = `spec.template.metadata.labels[${key}]`
    if (labels[key] === undefined) return [required(path, `must be '${wanted}'`)]
    return labels[key] === wanted ? [] : [invalid(path, labels, `must be '${wanted}'`)]
  })
  const { uid = '' } = job.metadata
  const { selector } = job.spec
  const isGenerated = ['batch.kubernetes.io/controller-uid', 'controller-uid'].some(key =>
    isEqual(selector, { matchLabels: { [key]: uid } }),
  )
  return isGenerated
    ? wrong
    : [...wrong, invalid('spec.selector', selector, '`selector` not auto-generated')]
}

function matches({ spec }: Job, labels: Record<string, string>): boolean {
  try {
    return labelSelectorOf(spec.selector).matches(labels)
  } catch {
    return true
  }
}

function validateHostname({ metadata, spec }: Job): FieldError[] {
  if (spec.completionMode !== 'Indexed' || !spec.completions) return []
  const longest = `${metadata.name ?? ''}-${spec.completions - 1}`
  return checkLabel(longest).length === 0
    ? []
    : [
        invalid(
          'metadata.name',
          metadata.name,
          `will not able to create pod with invalid DNS label: ${longest}`,
        ),
      ]
}

function validateCompletions({ spec }: Job, { spec: old }: Job): FieldError[] {
  const path = 'spec.completions'
  if (spec.completions === old.completions) return []
  const elastic =
    spec.completionMode === 'Indexed' &&
    spec.completions !== undefined &&
    old.completions !== undefined
  if (!elastic) return immutable(path, spec.completions, old.completions)
  return spec.completions === spec.parallelism && old.completions === old.parallelism
    ? []
    : [invalid(path, spec.completions, 'can only be modified in tandem with spec.parallelism')]
}

/** Where pods may run can still be decided, as queueing systems do, before a suspended Job starts. */
function validateTemplate({ spec }: Job, old: Job): FieldError[] {
  const waits = old.spec.suspend === true && old.status?.startTime === undefined
  const before = waits ? withDirectivesOf(old.spec.template, spec.template) : old.spec.template
  return immutable('spec.template', spec.template, before)
}

function withDirectivesOf(old: PodTemplateSpec, template: PodTemplateSpec): PodTemplateSpec {
  const { nodeSelector, tolerations, schedulingGates, affinity } = template.spec ?? {}
  return {
    metadata: {
      ...old.metadata,
      annotations: template.metadata?.annotations ?? {},
      labels: template.metadata?.labels ?? {},
    },
    spec: {
      ...old.spec,
      containers: old.spec?.containers ?? [],
      nodeSelector: nodeSelector ?? {},
      tolerations: tolerations ?? [],
      schedulingGates: schedulingGates ?? [],
      affinity: withNodeAffinity(old.spec?.affinity, affinity?.nodeAffinity),
    },
  }
}

const withNodeAffinity = (
  { nodeAffinity: _, ...affinity }: Affinity = {},
  nodeAffinity: NodeAffinity | undefined,
): Affinity => (nodeAffinity ? { ...affinity, nodeAffinity } : affinity)
