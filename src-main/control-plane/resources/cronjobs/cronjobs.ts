import type { CronJob, CronJobSpec } from '#kubernetes/api/batch-v1.ts'
import { humanAge } from '#kubernetes/duration.ts'
import { defineResource } from '../define-resource.ts'
import { defaultJobTemplate } from '../jobs/job-defaults.ts'
import { jobSpecWarnings } from '../jobs/job-warnings.ts'
import { ageColumn, containersAndImages, nameColumn } from '../shared/columns.ts'
import { isEqual } from '../shared/field-errors.ts'
import { selectorText } from '../shared/label-selector.ts'
import { nameWarnings } from '../shared/pod-spec/pod-warnings.ts'
import { keepStatus } from '../shared/status.ts'
import {
  validateCronJob,
  validateCronJobCreate,
  validateCronJobUpdate,
} from './cronjob-validation.ts'

/** A time zone in a schedule that is there already is only warned of; a new one is refused. */
const cronJobWarnings = (cronJob: CronJob, old?: Readonly<CronJob>): string[] => [
  ...(old ? [] : nameWarnings(cronJob.metadata.name, 'in Pod names and hostnames')),
  ...(old && isEqual(cronJob.spec, old.spec)
    ? []
    : jobSpecWarnings(cronJob.spec.jobTemplate.spec, 'spec.jobTemplate.spec')),
  ...(old && cronJob.spec.schedule.includes('TZ')
    ? [
        'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
      ]
    : []),
]

export const cronJobs = defineResource<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  storagePrefix: '/registry/cronjobs',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    { name: 'Schedule', type: 'string', value: ({ spec }) => spec.schedule },
    { name: 'Timezone', type: 'string', value: ({ spec }) => spec.timeZone ?? '<none>' },
    { name: 'Suspend', type: 'boolean', value: ({ spec }) => suspendText(spec.suspend) },
    { name: 'Active', type: 'integer', value: ({ status }) => status?.active?.length ?? 0 },
    {
      name: 'Last Schedule',
      type: 'string',
      value: ({ status }, now) =>
        status?.lastScheduleTime ? humanAge(status.lastScheduleTime, now) : '<none>',
    },
    ageColumn,
    ...containersAndImages<CronJob>(({ spec }) => spec.jobTemplate.spec?.template),
    {
      name: 'Selector',
      type: 'string',
      priority: 1,
      value: ({ spec }) => selectorText(spec.jobTemplate.spec?.selector),
    },
  ],
  defaults(cronJob) {
    cronJob.spec ??= {} as CronJobSpec
    const { spec } = cronJob
    spec.schedule ??= ''
    spec.jobTemplate ??= {}
    if (spec.jobTemplate.spec) defaultJobTemplate(spec.jobTemplate.spec)
    spec.concurrencyPolicy ??= 'Allow'
    spec.suspend ??= false
    spec.successfulJobsHistoryLimit ??= 3
    spec.failedJobsHistoryLimit ??= 1
  },
  prepareForCreate(cronJob) {
    cronJob.status = {}
  },
  prepareForUpdate: keepStatus,
  warnings: cronJobWarnings,
  validate: validateCronJob,
  validateCreate: validateCronJobCreate,
  validateUpdate: validateCronJobUpdate,
  status: {},
})

const suspendText = (suspend: boolean | undefined): string =>
  suspend === undefined ? '<unset>' : suspend ? 'True' : 'False'
