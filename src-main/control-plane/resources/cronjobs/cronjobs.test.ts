import { describe, expect, test } from 'vitest'
import type { CronJob, CronJobSpec } from '#kubernetes/api/batch-v1.ts'
import { created, failuresOf } from '../shared/testing.ts'
import { cronJobs } from './cronjobs.ts'

const cronJob = (spec: Partial<CronJobSpec> = {}): CronJob => ({
  metadata: { name: 'tick', namespace: 'default' },
  spec: {
    schedule: '*/5 * * * *',
    jobTemplate: {
      spec: {
        template: { spec: { containers: [{ name: 'a', image: 'x:1' }], restartPolicy: 'Never' } },
      },
    },
    ...spec,
  },
})

test('a cron job is filled as upstream does, its template only in part', () => {
  const { spec } = created(cronJobs, cronJob())
  expect(spec).toMatchObject({
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  })
  expect(spec.jobTemplate.spec?.backoffLimit).toBeUndefined()
  expect(spec.jobTemplate.spec?.template.spec?.dnsPolicy).toBe('ClusterFirst')
})

describe('a cron job is refused', () => {
  test.each<[string, Partial<CronJobSpec>, string[]]>([
    ['without a schedule', { schedule: '' }, ['spec.schedule: Required value']],
    [
      'with a bad schedule',
      { schedule: 'x' },
      ['spec.schedule: Invalid value: "x": expected exactly 5 fields, found 1: [x]'],
    ],
    [
      'with two zones',
      { schedule: 'TZ=UTC * * * * *', timeZone: 'UTC' },
      [
        'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use both timeZone field and TZ or CRON_TZ in schedule',
      ],
    ],
    [
      'in no zone',
      { timeZone: 'Middle/Earth' },
      ['spec.timeZone: Invalid value: "Middle/Earth": unknown time zone Middle/Earth'],
    ],
    [
      'with another policy',
      { concurrencyPolicy: 'Never' as 'Allow' },
      [
        'spec.concurrencyPolicy: Unsupported value: "Never": supported values: "Allow", "Forbid", "Replace"',
      ],
    ],
    [
      'with a negative limit',
      { failedJobsHistoryLimit: -1 },
      ['spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0'],
    ],
  ])('%s', (_what, spec, errors) => {
    expect(failuresOf(cronJobs, cronJob(spec))).toEqual(errors)
  })

  test('with a name that leaves no room for the time', () => {
    const object = cronJob()
    object.metadata.name = 'a'.repeat(53)
    expect(cronJobs.validateCreate?.(object)).toMatchObject([
      { field: 'metadata.name', message: expect.stringContaining('no more than 52 characters') },
    ])
  })
})
