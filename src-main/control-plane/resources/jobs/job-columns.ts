import type { Job } from '#kubernetes/api/batch-v1.ts'
import { humanDuration } from '#kubernetes/duration.ts'
import type { Column } from '../define-resource.ts'
import { ageColumn, containersAndImages, nameColumn } from '../shared/columns.ts'
import { selectorText } from '../shared/label-selector.ts'

export const jobColumns: Column<Job>[] = [
  nameColumn,
  { name: 'Status', type: 'string', value: statusText },
  { name: 'Completions', type: 'string', value: completionsText },
  { name: 'Duration', type: 'string', value: durationText },
  ageColumn,
  ...containersAndImages<Job>(({ spec }) => spec.template),
  {
    name: 'Selector',
    type: 'string',
    priority: 1,
    value: ({ spec }) => selectorText(spec.selector),
  },
]

function statusText({ metadata, status }: Job): string {
  const has = (wanted: string) =>
    status?.conditions?.some(({ type, status }) => type === wanted && status === 'True') ?? false
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (metadata.deletionTimestamp) return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running'
}

function completionsText({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`
  const parallelism = spec.parallelism ?? 0
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function durationText({ status }: Job, now: number): string {
  if (!status?.startTime) return ''
  const end = status.completionTime ? Date.parse(status.completionTime) : now
  return humanDuration(end - Date.parse(status.startTime))
}
