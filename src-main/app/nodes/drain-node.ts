import { type Clock, sleep } from '#base/clock.ts'
import { Emitter } from '#base/emitter.ts'
import { errorMessage } from '#base/errors.ts'
import { collectionPath } from '#clusters/paths.ts'
import type { InputOf } from '#contract/contract.ts'
import type { DrainPod, DrainProgress } from '#contract/nodes.ts'
import { isNamespaceTerminating, isNotFound, StatusError } from '#kubernetes/status-error.ts'
import { latest } from '../latest.ts'
import { podsResource } from '../objects/pods-of.ts'
import { watchObjects } from '../objects/watch-objects.ts'
import {
  evictObject,
  patchObject,
  removeObject,
  type WriteTarget,
} from '../objects/write-objects.ts'
import { onNode, planDrain } from './drain-plan.ts'

type Request = InputOf<'nodes.drain'>
type PodProgress = DrainProgress['pods'][number]

/** A budget that allows no disruption now may allow one soon. */
const retryMs = 5000

const nodesResource = { group: '', version: 'v1', resource: 'nodes' }

/** Cordons a node and has its pods leave; throws without evicting anything when pods would be lost that nobody agreed to. */
export async function* drainNode(
  target: WriteTarget,
  request: Request,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<DrainProgress, void, void> {
  const { cluster, name } = request
  const node = { cluster, resource: nodesResource, name }
  await patchObject(target, node, { spec: { unschedulable: true } }, signal)
  const plan = await planDrain(target.transport, name, signal)
  refuse(plan, request)
  const drain = new Drain(target, request, clock, signal)
  yield* drain.run(plan.filter(({ fate }) => !['daemonset', 'mirror', 'ended'].includes(fate)))
}

function refuse(plan: readonly DrainPod[], { unmanaged, localData }: Request): void {
  const names = (fate: DrainPod['fate']) =>
    plan.filter(pod => pod.fate === fate).map(pod => `${pod.namespace}/${pod.name}`)
  const lost = [
    ...(unmanaged ? [] : names('unmanaged').map(pod => `${pod} has nothing that makes it anew`)),
    ...(localData ? [] : names('local-data').map(pod => `${pod} keeps data in an emptyDir volume`)),
  ]
  if (lost.length)
    throw new Error(`the node is cordoned, and no pod was evicted: ${lost.join('; ')}`)
}

class Drain {
  readonly #target: WriteTarget
  readonly #request: Request
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #pods = new Map<string, PodProgress>()
  readonly #changed = new Emitter<void>()
  readonly #by: DrainProgress['by']

  constructor(target: WriteTarget, request: Request, clock: Clock, signal: AbortSignal) {
    this.#target = target
    this.#request = request
    this.#clock = clock
    this.#signal = signal
    const pods = target.resources.find(({ group, resource }) => group === '' && resource === 'pods')
    this.#by = pods?.subresources.includes('eviction') ? 'eviction' : 'deletion'
  }

  async *run(pods: readonly DrainPod[]): AsyncGenerator<DrainProgress, void, void> {
    for (const { fate: _, ...pod } of pods) this.#pods.set(pod.uid, { ...pod, state: 'waiting' })
    const ending = new AbortController()
    const signal = AbortSignal.any([this.#signal, ending.signal])
    for (const uid of this.#pods.keys()) void this.#remove(uid, signal)
    void this.#watch(signal).catch(error => this.#fail(error))
    try {
      for await (const progress of latest([this.#changed], () => this.#progress(), signal)) {
        yield progress
        if (progress.pods.every(({ state }) => state === 'gone' || state === 'failed')) return
      }
    } finally {
      ending.abort()
    }
  }

  #progress = (): DrainProgress => ({ pods: [...this.#pods.values()], by: this.#by })

  #set(uid: string, state: PodProgress['state'], message?: string): void {
    const pod = this.#pods.get(uid)
    if (!pod || pod.state === 'gone') return
    const { message: _, ...rest } = pod
    this.#pods.set(uid, { ...rest, state, ...(message ? { message } : {}) })
    this.#changed.emit()
  }

  /** Asks for one pod to leave until the server agrees. */
  async #remove(uid: string, signal: AbortSignal): Promise<void> {
    const pod = this.#pods.get(uid)
    if (!pod) return
    const { cluster, gracePeriodSeconds } = this.#request
    const { namespace, name } = pod
    const of = { cluster, resource: podsResource, namespace, name }
    const options = {
      preconditions: { uid },
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    }
    const remove = this.#by === 'eviction' ? evictObject : removeObject
    while (!signal.aborted) {
      try {
        await remove(this.#target, of, options, signal)
        this.#set(uid, 'leaving')
        return
      } catch (error) {
        if (signal.aborted) return
        if (isNotFound(error)) return this.#set(uid, 'gone')
        // Nothing is evicted from a namespace that goes: it takes its pods along.
        if (isNamespaceTerminating(error)) return this.#set(uid, 'leaving')
        if (!(error instanceof StatusError) || error.code !== 429)
          return this.#set(uid, 'failed', errorMessage(error))
        this.#set(uid, 'blocked', errorMessage(error))
        await sleep(this.#clock, retryMs, signal).catch(() => {})
      }
    }
  }

  /** Pods that nobody can watch may still leave; whether they did isn't known. */
  #fail(error: unknown): void {
    for (const uid of this.#pods.keys()) this.#set(uid, 'failed', errorMessage(error))
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const query = {
      path: collectionPath(podsResource),
      fieldSelector: onNode(this.#request.name),
    }
    for await (const found of watchObjects(this.#target.transport, query, this.#clock, signal)) {
      for (const uid of this.#pods.keys()) if (!found.has(uid)) this.#set(uid, 'gone')
    }
  }
}
