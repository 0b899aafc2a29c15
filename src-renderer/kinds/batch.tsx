import { CalendarClock } from 'lucide-react'
import type { ObjectBody } from '../../src-main/contract/objects.ts'
import type { CronJob, Job } from '../../src-main/kubernetes/api/batch-v1.ts'
import { formatMs, longAge } from '../components/format.ts'
import type { KindPresentation, Property } from './define-kind.ts'
import { NextRun } from './next-run.tsx'
import { linkTo, ownerProperty, rows, sinceProperty, yesNo } from './shared-properties.tsx'
import { containersOfTemplate } from './workloads.tsx'

export const jobs: KindPresentation = {
  resource: 'jobs.batch',
  about: 'A Job runs pods until so many of them have ended well.',
  workload: true,
  segments: { warn: 'Running', ok: 'Ended', busy: true },
  columns: {
    order: ['Name', 'Namespace', 'Completions', 'Duration', 'Age', 'Status'],
    columns: {
      Completions: { width: 92, flex: 0 },
      Duration: { width: 76, flex: 0, align: 'end', leavesBelow: 640 },
    },
  },
  properties: body => jobProperties(body as unknown as Job),
  containers: body => containersOfTemplate((body as unknown as Job).spec.template),
}

function jobProperties({ metadata, spec, status }: Job): Property[] {
  return [
    ...ownerProperty(metadata),
    {
      label: 'Completions',
      value: `${status?.succeeded ?? 0} of ${spec.completions ?? 1}, ${spec.parallelism ?? 1} at a time`,
    },
    {
      label: 'Failed pods',
      value: status?.failed && `${status.failed} of ${spec.backoffLimit ?? 6}`,
    },
    ...sinceProperty('Started', status?.startTime),
    ...sinceProperty('Ended', status?.completionTime),
    {
      label: 'Deadline',
      value: spec.activeDeadlineSeconds && `${spec.activeDeadlineSeconds} s`,
    },
    { label: 'Took', value: tookText(status) },
    {
      label: 'Removed',
      value:
        spec.ttlSecondsAfterFinished === undefined
          ? undefined
          : `${longAge(spec.ttlSecondsAfterFinished * 1000)} after its end`,
    },
    { label: 'Suspended', value: spec.suspend ? 'yes' : undefined },
  ]
}

function tookText(status: Job['status']): string | undefined {
  const { startTime, completionTime } = status ?? {}
  return startTime && completionTime
    ? formatMs(Date.parse(completionTime) - Date.parse(startTime))
    : undefined
}

export const cronJobs: KindPresentation = {
  resource: 'cronjobs.batch',
  usedBy: 'Jobs',
  icon: CalendarClock,
  about: 'A CronJob makes a Job whenever its schedule says so.',
  columns: {
    order: [
      'Name',
      'Namespace',
      'Schedule',
      'Timezone',
      'Active',
      'Last Schedule',
      'Next run',
      'Age',
      'Status',
    ],
    hidden: ['Suspend'],
    columns: {
      Schedule: { width: 108, narrowWidth: 92, flex: 1 },
      Timezone: { width: 88, leavesBelow: 900 },
      Active: { width: 60, flex: 0, leavesBelow: 640 },
      'Last Schedule': { width: 104, flex: 0, leavesBelow: 760 },
      Status: { width: 112, narrowWidth: 108 },
    },
    made: textOf => [
      {
        id: 'Next run',
        header: 'Next run',
        description: 'When it makes its next Job, unless it is suspended',
        width: 76,
        align: 'end',
        leavesBelow: 560,
        sortable: false,
        cell: row =>
          !row.held && (
            <NextRun
              schedule={textOf(row, 'Schedule')}
              timeZone={textOf(row, 'Timezone') || undefined}
            />
          ),
      },
    ],
  },
  properties: body => cronJobProperties(body as unknown as CronJob),
  containers: (body: ObjectBody) =>
    containersOfTemplate((body as unknown as CronJob).spec.jobTemplate.spec?.template),
}

function cronJobProperties({ metadata, spec, status }: CronJob): Property[] {
  return [
    { label: 'Schedule', value: <code>{spec.schedule}</code> },
    { label: 'Time zone', value: spec.timeZone ?? 'the control plane’s, taken to be UTC' },
    {
      label: 'Next run',
      value: spec.suspend ? (
        'none while it is suspended'
      ) : (
        <NextRun long schedule={spec.schedule} timeZone={spec.timeZone} />
      ),
    },
    { label: 'Suspended', value: yesNo(spec.suspend) },
    { label: 'While one runs', value: spec.concurrencyPolicy },
    ...sinceProperty('Last run', status?.lastScheduleTime),
    ...sinceProperty('Last success', status?.lastSuccessfulTime),
    ...rows('Active', status?.active, ({ name = '' }) => ({
      value: `Job ${name}`,
      link: linkTo('Job', name, metadata.namespace),
    })),
    {
      label: 'Kept Jobs',
      value: `${spec.successfulJobsHistoryLimit ?? 3} that ended well, ${spec.failedJobsHistoryLimit ?? 1} that failed`,
    },
  ]
}
