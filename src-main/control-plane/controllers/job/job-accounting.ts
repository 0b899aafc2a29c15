import { formatTime } from '#base/clock.ts'
import { jobs } from '#client/resource-types.ts'
import type { Job, JobStatus } from '#kubernetes/api/batch-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { formatIndexes } from '#kubernetes/completion-indexes.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodReady } from '#kubernetes/pod-state.ts'
import type { ControllerContext } from '../define-controller.ts'
import { rememberedFailures } from './index-planning.ts'
import { type Outcome, setCondition } from './job-conditions.ts'
import { isIndexed, isPodFailed, isSucceeded, isTracked } from './job-pods.ts'
import type { JobView } from './job-view.ts'
import { releasePod, settleAll } from './manage-pods.ts'

type JobContext = Pick<
  ControllerContext<Job, Record<never, never>>,
  'client' | 'clock' | 'recorder'
>

const jobKind = { apiVersion: 'batch/v1', kind: 'Job' }

/**
 * Counts the ended pods of a Job exactly once, whatever fails between: their uids are written to the status, then
 * their finalizers are removed, then the uids become numbers. Indexed successes need no uids, for an index counts once.
 */
export class JobAccounting {
  readonly #context: JobContext
  readonly #view: JobView
  readonly #status: JobStatus
  readonly #released: Set<string>
  #job: Stored<Job>

  /** `status` is changed as it goes; `released` collects pods whose finalizer is gone. */
  constructor(context: JobContext, view: JobView, status: JobStatus, released: Set<string>) {
    this.#context = context
    this.#view = view
    this.#status = status
    this.#released = released
    this.#job = view.job
  }

  /** Brings the numbers of the status in line with the pods, and ends the Job when it has an outcome and all is counted. */
  async account(active: number, outcome: Outcome | undefined): Promise<void> {
    if (outcome) setCondition(this.#status, { ...outcome, status: 'True' }, this.#now)
    this.#settleUncounted()
    this.#countPods(active)
    this.#noteEnded()
    if (this.#mayFinish(outcome)) this.#finish(outcome)
    await this.#write()
    await this.#release()
    this.#settleUncounted()
    if (this.#mayFinish(outcome)) this.#finish(outcome)
    await this.#write()
  }

  get #now(): number {
    return this.#context.clock.now()
  }

  #countPods(active: number): void {
    const { terminating, active: known } = this.#view
    const justDeleted = Math.max(0, known.length - active)
    this.#status.active = active
    this.#status.ready = Math.min(known.filter(isPodReady).length, active)
    this.#status.terminating = terminating.length + justDeleted
    if (isIndexed(this.#job)) {
      this.#status.completedIndexes = formatIndexes(this.#view.succeededIndexes)
      this.#status.succeeded = this.#view.succeededIndexes.size
    }
    if (this.#job.spec.backoffLimitPerIndex !== undefined) {
      this.#status.failedIndexes = formatIndexes(this.#view.failedIndexes)
    }
  }

  #noteEnded(): void {
    const { newSucceeded, newCounted } = this.#view
    const kept = this.#kept()
    const uids = (pods: Stored<Pod>[]) => pods.map(({ metadata }) => metadata.uid)
    const { succeeded = [], failed = [] } = this.#status.uncountedTerminatedPods ?? {}
    const fresh = isIndexed(this.#job) ? [] : newSucceeded
    const gone = newCounted.filter(pod => !kept.has(pod))
    this.#setUncounted([...succeeded, ...uids(fresh)], [...failed, ...uids(gone)])
  }

  /** Turns the uids of pods without finalizer into numbers. */
  #settleUncounted(): void {
    const held = new Set(
      this.#view.pods
        .filter(pod => isTracked(pod) && !this.#released.has(pod.metadata.uid))
        .map(({ metadata }) => metadata.uid),
    )
    const { succeeded = [], failed = [] } = this.#status.uncountedTerminatedPods ?? {}
    const isHeld = (uid: string) => held.has(uid)
    const settled = (uids: string[]) => uids.length - uids.filter(isHeld).length
    if (!isIndexed(this.#job)) {
      this.#status.succeeded = (this.#status.succeeded ?? 0) + settled(succeeded)
    }
    this.#status.failed = (this.#status.failed ?? 0) + settled(failed)
    this.#setUncounted(succeeded.filter(isHeld), failed.filter(isHeld))
  }

  #setUncounted(succeeded: string[], failed: string[]): void {
    this.#status.uncountedTerminatedPods = {
      ...(succeeded.length ? { succeeded } : {}),
      ...(failed.length ? { failed } : {}),
    }
  }

  async #release(): Promise<void> {
    const { job, pods } = this.#view
    const kept = this.#kept()
    const ended = pods.filter(
      pod =>
        isTracked(pod) &&
        !this.#released.has(pod.metadata.uid) &&
        (isSucceeded(pod) || isPodFailed(pod, job) || job.metadata.deletionTimestamp) &&
        !kept.has(pod),
    )
    await settleAll(ended, async pod => {
      await releasePod(this.#context.client, pod)
      this.#released.add(pod.metadata.uid)
    })
  }

  /** Failed pods that are neither counted nor let go, for their successors aren't there yet. */
  #kept(): Set<Stored<Pod>> {
    const isOver = this.#status.conditions?.some(
      ({ type, status }) =>
        (type === 'FailureTarget' || type === 'SuccessCriteriaMet') && status === 'True',
    )
    return new Set(isOver ? [] : rememberedFailures(this.#view).values())
  }

  #mayFinish(outcome: Outcome | undefined): outcome is Outcome {
    const { succeeded = [], failed = [] } = this.#status.uncountedTerminatedPods ?? {}
    const { active = 0, terminating = 0 } = this.#status
    return outcome !== undefined && succeeded.length + failed.length + active + terminating === 0
  }

  #finish({ type, reason, message }: Outcome): void {
    const end = type === 'FailureTarget' ? 'Failed' : 'Complete'
    const changed = setCondition(
      this.#status,
      { type: end, status: 'True', reason, message },
      this.#now,
    )
    if (!changed) return
    this.#status.startTime ??= formatTime(this.#now)
    if (end === 'Complete') this.#status.completionTime = formatTime(this.#now)
  }

  async #write(): Promise<void> {
    if (semanticEqual(this.#job.status, withoutZeros(this.#status))) return
    const before = this.#job.status
    const status = withoutZeros(this.#status)
    this.#job = await this.#context.client.updateStatus(jobs, { ...this.#job, status })
    this.#tell(before, status)
  }

  /** Says that the Job ended, once the status that says so is stored. */
  #tell(before: JobStatus | undefined, after: JobStatus): void {
    const ended = (after.conditions ?? []).find(
      ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
    )
    if (!ended || before?.conditions?.some(({ type }) => type === ended.type)) return
    const { recorder } = this.#context
    if (ended.type === 'Failed') {
      const { reason = '', message = '' } = ended
      recorder.record(this.#job, { type: 'Warning', reason, message }, jobKind)
      return
    }
    const { completions } = this.#job.spec
    if (completions !== undefined && (after.succeeded ?? 0) > completions) {
      const message = 'Too many succeeded pods running after completion count reached'
      recorder.record(
        this.#job,
        { type: 'Warning', reason: 'TooManySucceededPods', message },
        jobKind,
      )
    }
    const note = { type: 'Normal', reason: 'Completed', message: 'Job completed' } as const
    recorder.record(this.#job, note, jobKind)
  }
}

/** A copy that leaves out counts of nothing, as upstream does for these. */
function withoutZeros(status: JobStatus): JobStatus {
  const copy = structuredClone(status)
  for (const count of ['active', 'succeeded', 'failed'] as const) {
    if (!copy[count]) delete copy[count]
  }
  return copy
}
