import type { CronJob } from '#kubernetes/api/batch-v1.ts'
import { parseCronSchedule } from '#kubernetes/cron-schedule.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { validateJobSpec } from '../jobs/job-spec-validation.ts'
import {
  invalid,
  isEqual,
  nonNegative,
  notSupported,
  oneOf,
  required,
} from '../shared/field-errors.ts'

/** Jobs get a dash and ten digits behind the name. */
const longestName = 52

/** What is wrong with a CronJob that is created. */
export const validateCronJobCreate = ({ metadata, spec }: CronJob): FieldError[] => [
  ...((metadata.name ?? '').length > longestName
    ? [invalid('metadata.name', metadata.name, `must be no more than ${longestName} characters`)]
    : []),
  ...(spec.timeZone === undefined && hasZone(spec.schedule)
    ? [
        invalid(
          'spec.schedule',
          spec.schedule,
          'cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
        ),
      ]
    : []),
]

/** A zone in the schedule that was allowed once may stay, but none may come anew. */
export const validateCronJobUpdate = ({ spec }: CronJob, { spec: old }: CronJob): FieldError[] =>
  spec.timeZone === undefined && hasZone(spec.schedule) && !isEqual(spec.schedule, old.schedule)
    ? [
        invalid(
          'spec.schedule',
          spec.schedule,
          'cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
        ),
      ]
    : []

/** What is wrong with any CronJob. */
export function validateCronJob({ spec }: CronJob): FieldError[] {
  return [
    ...validateSchedule(spec.schedule, spec.timeZone),
    ...nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...validateTimeZone(spec.timeZone),
    ...oneOf('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']),
    ...validateJobTemplate(spec),
    ...nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
  ]
}

const hasZone = (schedule: string): boolean => schedule.includes('TZ')
const withoutZone = (schedule: string): string => schedule.replace(/^(CRON_)?TZ=\S*\s*/, '')

function validateSchedule(schedule: string, timeZone: string | undefined): FieldError[] {
  const path = 'spec.schedule'
  if (!schedule) return [required(path)]
  const errors: FieldError[] = []
  try {
    parseCronSchedule(withoutZone(schedule))
  } catch (error) {
    errors.push(invalid(path, schedule, error instanceof Error ? error.message : String(error)))
  }
  if (timeZone !== undefined && hasZone(schedule))
    errors.push(
      invalid(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'),
    )
  return errors
}

function validateTimeZone(timeZone: string | undefined): FieldError[] {
  const path = 'spec.timeZone'
  if (timeZone === undefined) return []
  if (timeZone === '') return [invalid(path, timeZone, 'timeZone must be nil or non-empty string')]
  if (timeZone.toLowerCase() === 'local')
    return [
      invalid(
        path,
        timeZone,
        'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ),
    ]
  return isTimeZone(timeZone) ? [] : [invalid(path, timeZone, `unknown time zone ${timeZone}`)]
}

function isTimeZone(timeZone: string): boolean {
  if (/^[-+]/.test(timeZone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}

function validateJobTemplate({ jobTemplate }: CronJob['spec']): FieldError[] {
  const path = 'spec.jobTemplate.spec'
  const { spec } = jobTemplate
  if (!spec) return [required(path)]
  return [
    ...validateJobSpec(spec, path),
    ...(spec.selector
      ? [invalid(`${path}.selector`, spec.selector, '`selector` will be auto-generated')]
      : []),
    ...(spec.manualSelector
      ? [notSupported(`${path}.manualSelector`, spec.manualSelector, ['nil', 'false'])]
      : []),
  ]
}
