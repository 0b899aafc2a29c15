import type { Job, JobStatus } from '#kubernetes/api/batch-v1.ts'
import { parseIndexes } from '#kubernetes/completion-indexes.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  duplicate,
  each,
  immutable,
  invalid,
  nonNegative,
  required,
} from '../shared/field-errors.ts'

/** What is wrong with what a Job's controller reported. */
export const validateJobStatus = (job: Job, old: Job): FieldError[] => [
  ...validateCounts(job.status ?? {}),
  ...validateFinished(job),
  ...validateIndexTexts(job),
  ...validateConditions(job),
  ...validateUncounted(job),
  ...validateChange(job, old),
]

const has = (status: JobStatus | undefined, wanted: string): boolean =>
  status?.conditions?.some(({ type, status }) => type === wanted && status === 'True') ?? false
const isFinished = (status: JobStatus | undefined) =>
  has(status, 'Complete') || has(status, 'Failed')

function validateCounts(status: JobStatus): FieldError[] {
  const counts = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const
  const { ready = 0, active = 0 } = status
  return [
    ...counts.flatMap(count => nonNegative(`status.${count}`, status[count])),
    ...(ready > active
      ? [invalid('status.ready', ready, 'cannot set more ready pods than active')]
      : []),
  ]
}

function validateFinished({ status = {} }: Job): FieldError[] {
  const { active = 0, terminating = 0, startTime, completionTime } = status
  const errors: FieldError[] = []
  if (isFinished(status)) {
    if (!startTime)
      errors.push(required('status.startTime', 'startTime is required for finished job'))
    if (active > 0)
      errors.push(invalid('status.active', active, 'active>0 is invalid for finished job'))
    if (terminating > 0)
      errors.push(
        invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'),
      )
  }
  const path = 'status.completionTime'
  if (has(status, 'Complete') && !completionTime)
    errors.push(required(path, 'completionTime is required for Complete jobs'))
  if (completionTime && !has(status, 'Complete'))
    errors.push(
      invalid(
        path,
        completionTime,
        'cannot set completionTime when there is no Complete=True condition',
      ),
    )
  if (startTime && completionTime && completionTime < startTime)
    errors.push(invalid(path, completionTime, 'must be equal to or after `startTime`'))
  return errors
}

function validateIndexTexts({ spec, status = {} }: Job): FieldError[] {
  const { completedIndexes, failedIndexes } = status
  const errors: FieldError[] = []
  if (spec.completionMode !== 'Indexed' && completedIndexes)
    errors.push(
      invalid(
        'status.completedIndexes',
        completedIndexes,
        'cannot set non-empty completedIndexes when non-indexed completion mode',
      ),
    )
  if (failedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(
      invalid(
        'status.failedIndexes',
        failedIndexes,
        'cannot set non-null failedIndexes when backoffLimitPerIndex is null',
      ),
    )
  for (const [field, text] of Object.entries({ completedIndexes, failedIndexes })) {
    try {
      parseIndexes(text ?? '', spec.completions ?? 0)
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      errors.push(invalid(`status.${field}`, text, `error parsing ${field}: ${problem}`))
    }
  }
  return errors
}

function validateConditions({ spec, status = {} }: Job): FieldError[] {
  const pairs: [string, string][] = [
    ['Complete', 'Failed'],
    ['Complete', 'FailureTarget'],
    ['SuccessCriteriaMet', 'Failed'],
    ['SuccessCriteriaMet', 'FailureTarget'],
  ]
  const refuse = (detail: string) => invalid('status.conditions', status.conditions, detail)
  const errors = pairs
    .filter(([a, b]) => has(status, a) && has(status, b))
    .map(([a, b]) => refuse(`cannot set ${a}=True and ${b}=true conditions`))
  if (has(status, 'Failed') && !has(status, 'FailureTarget'))
    errors.push(refuse('cannot set Failed=True condition without the FailureTarget=true condition'))
  if (has(status, 'Complete') && !has(status, 'SuccessCriteriaMet'))
    errors.push(
      refuse(
        spec.successPolicy
          ? 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'
          : 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      ),
    )
  return errors
}

function validateUncounted({ status = {} }: Job): FieldError[] {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  const path = 'status.uncountedTerminatedPods'
  if (isFinished(status) && succeeded.length + failed.length > 0)
    return [invalid(path, status.uncountedTerminatedPods, 'must be empty for finished job')]
  const seen = new Set<string>()
  const check = (uid: string, path: string): FieldError[] => {
    if (uid === '') return [invalid(path, uid, 'must not be empty')]
    if (seen.has(uid)) return [duplicate(path, uid)]
    seen.add(uid)
    return []
  }
  return [...each(succeeded, `${path}.succeeded`, check), ...each(failed, `${path}.failed`, check)]
}

function validateChange({ spec, status = {} }: Job, { status: old = {} }: Job): FieldError[] {
  const errors: FieldError[] = []
  for (const type of ['Failed', 'Complete', 'FailureTarget'])
    if (has(old, type) && !has(status, type))
      errors.push(
        invalid(
          'status.conditions',
          status.conditions,
          `cannot disable the terminal ${type}=True condition`,
        ),
      )
  if (has(old, 'SuccessCriteriaMet') && !has(status, 'SuccessCriteriaMet'))
    errors.push(
      invalid(
        'status.conditions',
        status.conditions,
        'cannot disable the SuccessCriteriaMet=True condition',
      ),
    )
  for (const count of ['failed', 'succeeded'] as const)
    if ((status[count] ?? 0) < (old[count] ?? 0) && !mayShrink(count, spec))
      errors.push(
        invalid(`status.${count}`, status[count] ?? 0, `cannot decrease the ${count} counter`),
      )
  if (old.startTime && !status.startTime && !spec.suspend)
    errors.push(required('status.startTime', 'startTime cannot be removed for unsuspended job'))
  if (old.completionTime)
    errors.push(...immutable('status.completionTime', status.completionTime, old.completionTime))
  return errors
}

/** Scaled down together with its parallelism an indexed Job may lose completions it had. */
const mayShrink = (count: string, { completionMode }: Job['spec']) =>
  count === 'succeeded' && completionMode === 'Indexed'
