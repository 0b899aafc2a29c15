import { formatTime } from '#base/clock.ts'
import { jobs, pods } from '#client/resource-types.ts'
import type { Job, JobStatus } from '#kubernetes/api/batch-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { controllerOf } from '#kubernetes/owners.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { claim } from '../shared/claim.ts'
import { claimable, indexByController } from '../shared/controlled-objects.ts'
import { Expectations } from '../shared/expectations.ts'
import { earliest } from '../shared/next-look.ts'
import { PodControl } from '../shared/pod-control.ts'
import { JobAccounting } from './job-accounting.ts'
import { isFinished, type Outcome, setCondition } from './job-conditions.ts'
import { completionsReached, isComplete, outcomeOf, untilDeadline } from './job-outcome.ts'
import { isTracked } from './job-pods.ts'
import { type JobView, viewOf } from './job-view.ts'
import { JobPodManager, releasePod, settleAll } from './manage-pods.ts'
import { PodBackoff } from './pod-backoff.ts'

const jobKeyIndex = 'job-key'
const ourName = 'kubernetes.io/job-controller'

/** Runs pods until enough of them succeeded. */
export const jobController = defineController({
  name: 'job-controller',
  for: jobs,
  reads: { pods },
  retry: { baseMs: 1000, maxMs: 60_000 },
  start: context => {
    const reconciler = new JobReconciler(context)
    return key => reconciler.reconcile(key)
  },
})

type JobContext = ControllerContext<Job, { pods: typeof pods }>

class JobReconciler {
  readonly #context: JobContext
  readonly #expectations: Expectations
  readonly #manager: JobPodManager
  readonly #backoff = new PodBackoff()
  /** By Job: uids of pods whose finalizer we removed and the informer may still show. */
  readonly #released = new Map<string, Set<string>>()

  constructor(context: JobContext) {
    this.#context = context
    const { client, clock, recorder, informers, informer } = context
    this.#expectations = new Expectations(clock)
    const control = new PodControl(client, recorder, jobs)
    this.#manager = new JobPodManager({ client, clock, control, expectations: this.#expectations })
    indexByController(informers.pods)
    informers.pods.addIndex(jobKeyIndex, pod => (isTracked(pod) ? [jobKeyOf(pod) ?? ''] : []))
    context.on(informers.pods, {
      added: pod => this.#podAdded(pod),
      updated: (pod, old) => this.#podUpdated(pod, old),
      deleted: pod => this.#podDeleted(pod),
    })
    context.on(informer, { deleted: job => this.#forget(keyOf(job)) })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { informer } = this.#context
    const job = informer.get(key)
    if (!job || isFinished(job)) return this.#releaseLeftovers(key, job)
    if (job.spec.managedBy !== undefined && job.spec.managedBy !== ourName) return undefined
    return this.#sync(key, job)
  }

  /** Pods that no Job counts any more must not be held. */
  async #releaseLeftovers(key: string, job: Stored<Job> | undefined): Promise<undefined> {
    const held = this.#context.informers.pods
      .byIndex(jobKeyIndex, key)
      .filter(pod => !job || controllerOf(pod)?.uid === job.metadata.uid)
    await settleAll(held, pod => releasePod(this.#context.client, pod))
    this.#forget(key)
  }

  async #sync(key: string, job: Stored<Job>): Promise<number | undefined> {
    const { clock } = this.#context
    const mayManage = this.#expectations.satisfied(key)
    const owned = await this.#claimPods(job)
    const released = this.#releasedOf(key, owned)
    const status: JobStatus = structuredClone(job.status ?? {})
    if (!status.startTime && !job.spec.suspend) status.startTime = formatTime(clock.now())
    const view = viewOf({ ...job, status }, owned, released)
    const waitMs = this.#backoff.remaining(key, view, clock.now())
    let outcome = outcomeOf(view, clock.now())
    let active = view.active.length
    let error: unknown
    let againMs: number | undefined
    if (outcome) {
      await this.#manager.deleteActive(view)
      active = 0
    } else if (mayManage && !job.metadata.deletionTimestamp) {
      const managed = await this.#manager.manage(view, waitMs)
      ;({ active, error, againMs } = managed)
      outcome = this.#concludeOrSuspend(view, status, active)
    }
    const accounting = new JobAccounting(this.#context, { ...view, job }, status, released)
    await accounting.account(active, outcome)
    if (error !== undefined) throw error
    // A deadline that is over would bring the Job back at once, for as long as its pods take to end.
    return outcome ? undefined : earliest(againMs, untilDeadline({ ...job, status }, clock.now()))
  }

  #concludeOrSuspend(view: JobView, status: JobStatus, active: number): Outcome | undefined {
    if (isComplete(view, active)) return completionsReached
    const { clock, recorder } = this.#context
    const { job } = view
    const note = job.spec.suspend
      ? ({ status: 'True', reason: 'JobSuspended', message: 'Job suspended' } as const)
      : ({ status: 'False', reason: 'JobResumed', message: 'Job resumed' } as const)
    if (!setCondition(status, { type: 'Suspended', ...note }, clock.now())) return undefined
    const reason = job.spec.suspend ? 'Suspended' : 'Resumed'
    if (!job.spec.suspend) status.startTime = formatTime(clock.now())
    recorder.record(
      job,
      { type: 'Normal', reason, message: note.message },
      { apiVersion: 'batch/v1', kind: 'Job' },
    )
    return undefined
  }

  #claimPods(job: Stored<Job>): Promise<Stored<Pod>[]> {
    const { client, informers } = this.#context
    return claim({
      client,
      ownerType: jobs,
      owner: job,
      selector: job.spec.selector,
      type: pods,
      candidates: claimable(informers.pods, job),
    })
  }

  /** Forgets pods that the informer shows without finalizer by now. */
  #releasedOf(key: string, owned: Stored<Pod>[]): Set<string> {
    const held = new Set(owned.filter(isTracked).map(({ metadata }) => metadata.uid))
    const known = this.#released.get(key) ?? new Set<string>()
    for (const uid of known) if (!held.has(uid)) known.delete(uid)
    this.#released.set(key, known)
    return known
  }

  #forget(key: string): void {
    this.#expectations.forget(key)
    this.#backoff.forget(key)
    this.#released.delete(key)
  }

  #podAdded(pod: Stored<Pod>): void {
    const key = jobKeyOf(pod)
    if (key) {
      if (pod.metadata.deletionTimestamp) this.#podDeleted(pod)
      else this.#expectations.creationObserved(key)
      this.#context.queue.add(key)
    } else if (!controllerOf(pod)) this.#wakeMatching(pod)
  }

  #podUpdated(pod: Stored<Pod>, old: Stored<Pod>): void {
    if (pod.metadata.deletionTimestamp) {
      this.#podDeleted(pod)
      return
    }
    for (const key of new Set([jobKeyOf(old), jobKeyOf(pod)])) if (key) this.#context.queue.add(key)
    if (!controllerOf(pod)) this.#wakeMatching(pod)
  }

  #podDeleted(pod: Stored<Pod>): void {
    const key = jobKeyOf(pod)
    if (!key) return
    this.#expectations.deletionObserved(key, pod.metadata.uid)
    this.#context.queue.add(key)
  }

  #wakeMatching(pod: Stored<Pod>): void {
    for (const job of this.#context.informer.list(pod.metadata.namespace)) {
      if (matchesLabelSelector(job.spec.selector, pod.metadata.labels)) {
        this.#context.queue.add(keyOf(job))
      }
    }
  }
}

/** The key of the Job that manages a pod. */
function jobKeyOf(pod: Stored<Pod>): string | undefined {
  const owner = controllerOf(pod)
  if (owner?.kind !== 'Job' || !owner.apiVersion.startsWith('batch/')) return undefined
  return `${pod.metadata.namespace}/${owner.name}`
}
