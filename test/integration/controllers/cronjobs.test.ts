import { afterEach, beforeEach, expect, test } from 'vitest'
import { formatTime } from '#base/clock.ts'
import { FakeClock } from '#base/fake-clock.ts'
import { cronJobs, events, jobs } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { cronJobController } from '#control-plane/controllers/cronjob/cronjob.ts'
import type { CronJobSpec, Job } from '#kubernetes/api/batch-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

let clock: FakeClock
let controlled: ControlledCluster
let client: Client

/** The middle of a minute, so that nothing is due at the start. */
const start = Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 30_000

beforeEach(async () => {
  clock = new FakeClock(start)
  controlled = await startControlledCluster({ clock, only: [cronJobController] })
  client = controlled.client
})

afterEach(async () => {
  await controlled?.[Symbol.asyncDispose]()
})

const named = { name: 'tick', namespace: 'default' }
/** Objects bear the server's own time; the schedule begins with the test's. */
async function schedule(spec: Partial<CronJobSpec> = {}) {
  const created = await client.create(cronJobs, {
    metadata: named,
    spec: {
      schedule: '* * * * *',
      jobTemplate: {
        spec: {
          template: {
            spec: { containers: [{ name: 'main', image: 'x:1' }], restartPolicy: 'Never' },
          },
        },
      },
      suspend: true,
      ...spec,
    },
  })
  const status = { lastScheduleTime: formatTime(start) }
  await client.updateStatus(cronJobs, { ...created, status })
  const patch = { spec: { suspend: spec.suspend ?? false } }
  await client.patch(cronJobs, named, patch, { type: 'merge' })
  await settled()
}
const read = () => client.get(cronJobs, named)
const jobsOf = async () => (await client.list(jobs, { namespace: 'default' })).items
const names = async () => (await jobsOf()).map(({ metadata }) => metadata.name).sort()
const nameAt = (minute: number) => `tick-${Math.floor(start / 60_000) + minute}`
const settled = () => new Promise(resolve => setTimeout(resolve, 150))
async function pass(seconds: number) {
  await clock.advance(seconds * 1000)
  await settled()
}
const finish = (job: Stored<Job>, type: 'Complete' | 'Failed') => {
  const time = formatTime(clock.now())
  const interim = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget'
  return client.updateStatus(jobs, {
    ...job,
    status: {
      startTime: time,
      ...(type === 'Complete' ? { completionTime: time } : {}),
      conditions: [interim, type].map(type => ({ type, status: 'True', lastTransitionTime: time })),
    },
  })
}
const reasons = async () =>
  (await client.list(events, { namespace: 'default' })).items.map(({ reason }) => reason)

test('a cron job keeps the time of its zone', async () => {
  const inTokyo = (new Date(start).getUTCHours() + 9) % 24
  await schedule({ schedule: `1 ${inTokyo} * * *`, timeZone: 'Asia/Tokyo' })
  await pass(31)
  await eventually(async () => expect(await names()).toEqual([nameAt(1)]))
  await pass(3600)
  expect(await names()).toEqual([nameAt(1)])
})

test('a cron job starts a job at each of its times', async () => {
  await schedule()
  expect(await jobsOf()).toEqual([])
  await pass(31)
  expect(await names()).toEqual([nameAt(1)])
  const [job] = await jobsOf()
  expect(job?.metadata.ownerReferences).toMatchObject([
    { apiVersion: 'batch/v1', kind: 'CronJob', name: 'tick', controller: true },
  ])
  expect(job?.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']).toBe(
    formatTime(start + 30_000),
  )
  const { status } = await read()
  expect(status?.lastScheduleTime).toBe(formatTime(start + 30_000))
  expect(status?.active).toMatchObject([{ kind: 'Job', name: nameAt(1) }])
  await pass(60)
  expect(await names()).toEqual([nameAt(1), nameAt(2)])
  expect((await read()).status?.active).toHaveLength(2)
})

test('a job that ended is no longer active, and the last success is noted', async () => {
  await schedule()
  await pass(31)
  const [job] = await jobsOf()
  if (job) await finish(job, 'Complete')
  await eventually(async () => {
    const { status } = await read()
    expect(status?.active).toBeUndefined()
    expect(status?.lastSuccessfulTime).toBe(formatTime(clock.now()))
  })
  await eventually(async () => expect(await reasons()).toContain('SawCompletedJob'))
})

test('Forbid starts no second job, Replace ends the first', async () => {
  await schedule({ concurrencyPolicy: 'Forbid' })
  await pass(31)
  await pass(60)
  expect(await names()).toEqual([nameAt(1)])
  await eventually(async () => expect(await reasons()).toContain('JobAlreadyActive'))
  await client.patch(cronJobs, named, { spec: { concurrencyPolicy: 'Replace' } }, { type: 'merge' })
  await eventually(async () => expect(await names()).toEqual([nameAt(2)]))
})

test('a suspended cron job starts nothing; afterwards only the last missed time counts', async () => {
  await schedule({ suspend: true })
  await pass(200)
  expect(await jobsOf()).toEqual([])
  await client.patch(cronJobs, named, { spec: { suspend: false } }, { type: 'merge' })
  await eventually(async () => expect(await names()).toEqual([nameAt(3)]))
})

test('what is later than its deadline is not started', async () => {
  await schedule({ suspend: true, startingDeadlineSeconds: 5 })
  await pass(50)
  await client.patch(cronJobs, named, { spec: { suspend: false } }, { type: 'merge' })
  await settled()
  expect(await jobsOf()).toEqual([])
  await pass(41)
  expect(await names()).toEqual([nameAt(2)])
})

test('after a long sleep one job is started, and the misses are told', async () => {
  await schedule({ suspend: true })
  await pass(200 * 60)
  await client.patch(cronJobs, named, { spec: { suspend: false } }, { type: 'merge' })
  await eventually(async () => expect(await names()).toEqual([nameAt(200)]))
  await eventually(async () => expect(await reasons()).toContain('TooManyMissedTimes'))
})

test('ended jobs beyond the history limits are deleted, oldest first', async () => {
  await schedule({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 })
  for (const end of ['Complete', 'Failed', 'Complete'] as const) {
    await pass(60)
    for (const job of await jobsOf()) if (!job.status?.conditions) await finish(job, end)
    await settled()
  }
  await eventually(async () => expect(await names()).toEqual([nameAt(3)]))
})
