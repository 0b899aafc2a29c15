import { formatTime } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import { cronJobs, jobs } from '#client/resource-types.ts'
import type { CronJob, CronJobStatus, Job } from '#kubernetes/api/batch-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { controllerOf, isControlledBy } from '#kubernetes/owners.ts'
import { openSchedule, type ScheduleTimes } from '#kubernetes/schedule-times.ts'
import { isAlreadyExists, isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { controlledBy, indexByController } from '../shared/controlled-objects.ts'
import { isNamespaceTerminating } from '../shared/pod-control.ts'
import { beyondHistory, endOf, jobFor, referenceTo } from './cronjob-jobs.ts'
import { lastDue, tooManyMissed } from './missed-times.ts'

/** Timers may fire a little early. */
const slackMs = 100
const cronJobKind = { apiVersion: 'batch/v1', kind: 'CronJob' }

/** Starts Jobs when their time has come. */
export const cronJobController = defineController({
  name: 'cronjob-controller',
  for: cronJobs,
  reads: { jobs },
  start: context => {
    const reconciler = new CronJobReconciler(context)
    return key => reconciler.reconcile(key)
  },
})

type Context = ControllerContext<CronJob, { jobs: typeof jobs }>

class CronJobReconciler {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
    const { informers, queue, on } = context
    indexByController(informers.jobs)
    const wake = (job: Stored<Job>) => {
      const owner = controllerOf(job)
      if (owner?.kind === 'CronJob') queue.add(`${job.metadata.namespace}/${owner.name}`)
    }
    on(informers.jobs, { added: wake, updated: wake, deleted: wake })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const cronJob = this.#context.informer.get(key)
    if (!cronJob) return undefined
    const owned = controlledBy(this.#context.informers.jobs, cronJob)
    const status: CronJobStatus = structuredClone(cronJob.status ?? {})
    await this.#followJobs(cronJob, owned, status)
    let current = await this.#writeStatus(cronJob, status)
    let againMs: number | undefined
    if (!cronJob.metadata.deletionTimestamp && !cronJob.spec.suspend) {
      const times = await this.#openSchedule(cronJob)
      if (times) {
        current = await this.#startDue(current, owned, times)
        againMs = untilNext(times, this.#context.clock.now())
      }
    }
    await this.#dropHistory(current, owned)
    return againMs
  }

  /** Brings the list of active Jobs in line with the Jobs. */
  async #followJobs(
    cronJob: Stored<CronJob>,
    owned: Stored<Job>[],
    status: CronJobStatus,
  ): Promise<void> {
    let active = status.active ?? []
    for (const job of owned) {
      const { uid, name } = job.metadata
      const end = endOf(job)
      const isListed = active.some(reference => reference.uid === uid)
      if (!isListed && !end) {
        const message = `Saw a job that the controller did not create or forgot: ${name}`
        this.#note(cronJob, 'Warning', 'UnexpectedJob', message)
      }
      if (isListed && end) {
        active = active.filter(reference => reference.uid !== uid)
        const message = `Saw completed job: ${name}, condition: ${end}`
        this.#note(cronJob, 'Normal', 'SawCompletedJob', message)
      }
      const { completionTime } = job.status ?? {}
      if (
        end === 'Complete' &&
        completionTime &&
        completionTime > (status.lastSuccessfulTime ?? '')
      ) {
        status.lastSuccessfulTime = completionTime
      }
    }
    const known = new Set(owned.map(({ metadata }) => metadata.uid))
    const missing = active.filter(({ uid }) => !known.has(uid ?? ''))
    for (const { name = '', uid } of missing) {
      if (await this.#exists(cronJob, name, uid)) continue
      active = active.filter(reference => reference.uid !== uid)
      this.#note(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${name}`)
    }
    status.active = active
  }

  async #exists(cronJob: Stored<CronJob>, name: string, uid: string | undefined): Promise<boolean> {
    try {
      const { namespace } = cronJob.metadata
      const job = await this.#context.client.get(jobs, { name, namespace })
      return job.metadata.uid === uid
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  async #openSchedule(cronJob: Stored<CronJob>): Promise<ScheduleTimes | undefined> {
    const { schedule, timeZone } = cronJob.spec
    try {
      return await openSchedule(schedule, timeZone)
    } catch (error) {
      const message = `unparseable schedule: ${JSON.stringify(schedule)} : ${errorMessage(error)}`
      this.#note(cronJob, 'Warning', 'UnparseableSchedule', message)
      return undefined
    }
  }

  /** Starts a Job when one is due; answers the CronJob as it is stored then. */
  async #startDue(
    cronJob: Stored<CronJob>,
    owned: Stored<Job>[],
    times: ScheduleTimes,
  ): Promise<Stored<CronJob>> {
    const now = this.#context.clock.now()
    const { at, missed } = lastDue(cronJob, times, now)
    if (missed > tooManyMissed) {
      const message =
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew'
      this.#note(cronJob, 'Warning', 'TooManyMissedTimes', message)
    }
    if (at === undefined) return cronJob
    const { startingDeadlineSeconds: deadline, concurrencyPolicy } = cronJob.spec
    if (deadline !== undefined && at + deadline * 1000 < now) {
      const message = `Missed scheduled time to start a job: ${new Date(at).toUTCString().replace('GMT', '+0000')}`
      this.#note(cronJob, 'Warning', 'MissSchedule', message)
      return cronJob
    }
    const active = cronJob.status?.active ?? []
    if (concurrencyPolicy === 'Forbid' && active.length > 0) {
      const message =
        'Not starting job because prior execution is running and concurrency policy is Forbid'
      this.#note(cronJob, 'Normal', 'JobAlreadyActive', message)
      return cronJob
    }
    const status = structuredClone(cronJob.status ?? {})
    if (concurrencyPolicy === 'Replace') {
      for (const reference of active) {
        await this.#delete(
          cronJob,
          owned.find(({ metadata }) => metadata.uid === reference.uid),
        )
      }
      status.active = []
    }
    const job = await this.#create(cronJob, at)
    if (job) status.active = [...(status.active ?? []), referenceTo(job)]
    status.lastScheduleTime = formatTime(at)
    return this.#writeStatus(cronJob, status)
  }

  /** Undefined when there is nothing to follow: the namespace goes, or the name is another's. */
  async #create(cronJob: Stored<CronJob>, at: number): Promise<Stored<Job> | undefined> {
    const { client } = this.#context
    const wanted = jobFor(cronJob, at)
    try {
      const job = await client.create(jobs, wanted)
      this.#note(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`)
      return job
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined
      if (isAlreadyExists(error)) {
        const there = await client.get(jobs, wanted.metadata)
        return isControlledBy(there, cronJob) && !endOf(there) ? there : undefined
      }
      this.#note(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${errorMessage(error)}`)
      throw error
    }
  }

  async #dropHistory(cronJob: Stored<CronJob>, owned: Stored<Job>[]): Promise<void> {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec
    const ended = (end: 'Complete' | 'Failed') =>
      owned.filter(job => endOf(job) === end && !job.metadata.deletionTimestamp)
    for (const job of [
      ...beyondHistory(ended('Complete'), successfulJobsHistoryLimit),
      ...beyondHistory(ended('Failed'), failedJobsHistoryLimit),
    ]) {
      await this.#delete(cronJob, job)
    }
  }

  async #delete(cronJob: Stored<CronJob>, job: Stored<Job> | undefined): Promise<void> {
    if (!job) return
    const { name, uid } = job.metadata
    try {
      const options = { propagationPolicy: 'Background', preconditions: { uid } } as const
      await this.#context.client.delete(jobs, job.metadata, options)
      this.#note(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`)
    } catch (error) {
      if (isNotFound(error)) return
      this.#note(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${errorMessage(error)}`)
      throw error
    }
  }

  async #writeStatus(cronJob: Stored<CronJob>, status: CronJobStatus): Promise<Stored<CronJob>> {
    if (semanticEqual(cronJob.status, status)) return cronJob
    return this.#context.client.updateStatus(cronJobs, { ...cronJob, status })
  }

  #note(cronJob: Stored<CronJob>, type: 'Normal' | 'Warning', reason: string, message: string) {
    this.#context.recorder.record(cronJob, { type, reason, message }, cronJobKind)
  }
}

function untilNext(times: ScheduleTimes, now: number): number | undefined {
  const next = times.next(now)
  return next === undefined ? undefined : next - now + slackMs
}
