import type { Clock } from '#base/clock.ts'
import { pods } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Job } from '#kubernetes/api/batch-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import type { Expectations } from '../shared/expectations.ts'
import { earliest } from '../shared/next-look.ts'
import type { PodControl } from '../shared/pod-control.ts'
import { isNamespaceTerminating } from '../shared/pod-control.ts'
import { podsToDelete } from '../shared/pods-to-delete.ts'
import { slowStart } from '../shared/slow-start.ts'
import {
  failuresBefore,
  pendingIndexes,
  rememberedFailures,
  surplusPods,
  untilRetry,
} from './index-planning.ts'
import { type IndexFailures, isIndexed, isTracked, trackingFinalizer } from './job-pods.ts'
import { podTemplateOf } from './job-template.ts'
import type { JobView } from './job-view.ts'

const mostPerSync = 500

/** What managing the pods of a Job came to. */
export interface Managed {
  /** Active pods after it, as far as we know. */
  active: number
  /** The first failure; it is to be retried after the status is written. */
  error?: unknown
  /** Milliseconds after which to look again. */
  againMs?: number
}

/** An index that a pod is made for, and how often it failed, where it has a limit of its own. */
interface IndexPlan {
  index: number
  failures?: IndexFailures
}

/** Creates and deletes pods so that a Job has as many at work as it may. */
export class JobPodManager {
  readonly #client: Client
  readonly #clock: Clock
  readonly #control: PodControl<Job>
  readonly #expectations: Expectations

  constructor(options: {
    client: Client
    clock: Clock
    control: PodControl<Job>
    expectations: Expectations
  }) {
    this.#client = options.client
    this.#clock = options.clock
    this.#control = options.control
    this.#expectations = options.expectations
  }

  /** `waitMs` is how long pods that failed hold back new ones, where indexes have no back-off of their own. */
  async manage(view: JobView, waitMs: number): Promise<Managed> {
    const { job, active, terminating } = view
    const running = active.length
    if (job.spec.suspend) return this.#remove(view, active)
    const wanted = wantedPods(view)
    const surplus = this.#surplus(view, wanted)
    if (surplus.length > 0) return this.#remove(view, surplus)
    const leaving = job.spec.podReplacementPolicy === 'Failed' ? terminating.length : 0
    const missing = Math.min(wanted - leaving - running, mostPerSync)
    if (missing <= 0) return { active: running }
    if (job.spec.backoffLimitPerIndex !== undefined) return this.#retryIndexes(view, missing)
    if (waitMs > 0) return { active: running, againMs: waitMs }
    const indexes = isIndexed(job) ? this.#pending(view, missing) : undefined
    return this.#create(
      view,
      indexes?.length ?? missing,
      indexes?.map(index => ({ index })),
    )
  }

  /** Deletes pods that are to be counted as failed when they are gone. */
  async deleteActive({ job, active }: JobView): Promise<void> {
    await settleAll(active, pod => this.#control.delete(job, pod))
  }

  #surplus(view: JobView, wanted: number): Stored<Pod>[] {
    const { job, active } = view
    const useless = isIndexed(job) ? surplusPods(view) : []
    const useful = active.filter(pod => !useless.includes(pod))
    const tooMany = useful.length - wanted
    const dropped = tooMany > 0 ? podsToDelete(useful, active, tooMany, this.#clock.now()) : []
    return [...useless, ...dropped].slice(0, mostPerSync)
  }

  /** Deletes pods that don't count for anything: their finalizer goes first. */
  async #remove(view: JobView, doomed: Stored<Pod>[]): Promise<Managed> {
    const { job, active } = view
    if (doomed.length === 0) return { active: active.length }
    const key = keyOf(job)
    this.#expectations.expectDeletions(
      key,
      doomed.map(({ metadata }) => metadata.uid),
    )
    let removed = 0
    const error = await settleAll(doomed, async pod => {
      try {
        await releasePod(this.#client, pod)
        const gone = await this.#control.delete(job, pod)
        if (gone) this.#expectations.deletionObserved(key, pod.metadata.uid)
        removed++
      } catch (failure) {
        this.#expectations.deletionObserved(key, pod.metadata.uid)
        throw failure
      }
    }).then(
      () => undefined,
      (failure: unknown) => failure,
    )
    return { active: active.length - removed, ...(error === undefined ? {} : { error }) }
  }

  /** Works on those indexes whose back-off is over; one that still waits keeps its place. */
  async #retryIndexes(view: JobView, missing: number): Promise<Managed> {
    const last = rememberedFailures(view)
    const now = this.#clock.now()
    const waits = this.#pending(view, missing).map(index => ({
      index,
      ms: untilRetry(last.get(index), now),
    }))
    const plans = waits
      .filter(({ ms }) => ms === 0)
      .map(({ index }) => ({ index, failures: failuresBefore(view, last.get(index)) }))
    const againMs = earliest(...waits.map(({ ms }) => ms).filter(ms => ms > 0))
    return {
      ...(await this.#create(view, plans.length, plans)),
      ...(againMs === undefined ? {} : { againMs }),
    }
  }

  #pending(view: JobView, missing: number): number[] {
    const { job, active, terminating } = view
    const leaving = job.spec.podReplacementPolicy === 'Failed' ? terminating : []
    return pendingIndexes(view, missing, [...active, ...leaving])
  }

  /** `plans` says what each pod of an indexed Job is for. */
  async #create(view: JobView, count: number, plans?: IndexPlan[]): Promise<Managed> {
    const { job, active } = view
    if (count === 0) return { active: active.length }
    const key = keyOf(job)
    this.#expectations.expectCreations(key, count)
    const { succeeded, error } = await slowStart(count, async () => {
      const plan = plans?.shift()
      const { template, generateName } = podTemplateOf(job, plan?.index, plan?.failures)
      await this.#control.create(job, template, generateName)
    })
    this.#expectations.creationObserved(key, count - succeeded)
    const reached = active.length + succeeded
    return error === undefined || isNamespaceTerminating(error)
      ? { active: reached }
      : { active: reached, error }
  }
}

/** How many pods may be at work. Without a number of completions, none are added once one succeeded. */
export function wantedPods({ job, active, succeeded, failedIndexes }: JobView): number {
  const { completions, parallelism = 1 } = job.spec
  if (completions === undefined) {
    return succeeded > 0 ? Math.min(active.length, parallelism) : parallelism
  }
  return Math.max(0, Math.min(completions - succeeded - failedIndexes.size, parallelism))
}

/** Takes the Job's finalizer off a pod, so that it may go. */
export async function releasePod(client: Client, pod: Stored<Pod>): Promise<void> {
  if (!isTracked(pod)) return
  const patch = {
    metadata: {
      uid: pod.metadata.uid,
      '$deleteFromPrimitiveList/finalizers': [trackingFinalizer],
    },
  }
  try {
    await client.patch(pods, pod.metadata, patch, { type: 'strategic' })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** Does something to every pod; throws the first failure once all are through. */
export async function settleAll<T>(items: T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const results = await Promise.allSettled(items.map(act))
  const failed = results.find(result => result.status === 'rejected')
  if (failed) throw failed.reason
}
