import { formatTime } from '#base/clock.ts'
import type { CronJob, Job } from '#kubernetes/api/batch-v1.ts'
import type { ObjectReference } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { controllerReference } from '#kubernetes/owners.ts'

const scheduledAtKey = 'batch.kubernetes.io/cronjob-scheduled-timestamp'

/** How a Job ended; undefined while it runs. */
export const endOf = ({ status }: Job): 'Complete' | 'Failed' | undefined => {
  const ended = status?.conditions?.find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  )
  return ended?.type as 'Complete' | 'Failed' | undefined
}

/** The Job for one time of a schedule; its name makes sure there is only one. */
export function jobFor(cronJob: Stored<CronJob>, at: number): Job {
  const { metadata: template, spec } = cronJob.spec.jobTemplate
  return {
    metadata: {
      name: `${cronJob.metadata.name}-${Math.floor(at / 60_000)}`,
      namespace: cronJob.metadata.namespace ?? '',
      labels: template?.labels ?? {},
      annotations: {
        ...template?.annotations,
        [scheduledAtKey]: zonedTime(at, cronJob.spec.timeZone),
      },
      ownerReferences: [controllerReference(cronJob, { apiVersion: 'batch/v1', kind: 'CronJob' })],
    },
    spec: spec ?? { template: {} },
  }
}

export const referenceTo = ({ metadata }: Stored<Job>): ObjectReference => ({
  kind: 'Job',
  apiVersion: 'batch/v1',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  uid: metadata.uid,
  resourceVersion: metadata.resourceVersion,
})

/** RFC 3339 in a time zone: `2026-01-02T15:04:05+01:00`. */
function zonedTime(at: number, timeZone: string | undefined): string {
  if (!timeZone) return formatTime(at)
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  const name = parts.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const offset = name.replace(/^GMT/, '')
  if (!offset) return formatTime(at)
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number)
  const sign = offset.startsWith('-') || offset.startsWith('−') ? -1 : 1
  const local = formatTime(at + sign * (hours * 60 + minutes) * 60_000).slice(0, -1)
  return `${local}${sign < 0 ? '-' : '+'}${offset.slice(1)}`
}

/** The ended Jobs beyond a history limit, oldest first. */
export function beyondHistory(jobs: Stored<Job>[], limit: number | undefined): Stored<Job>[] {
  if (limit === undefined) return []
  const startOf = ({ status, metadata }: Stored<Job>) =>
    status?.startTime ?? metadata.creationTimestamp
  return jobs
    .toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0))
    .slice(0, Math.max(0, jobs.length - limit))
}
