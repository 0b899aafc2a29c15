import {
  controllerRevisions,
  persistentVolumeClaims,
  pods,
  statefulSets,
} from '#client/resource-types.ts'
import type { ControllerRevision, StatefulSet, StatefulSetStatus } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { controllerOf } from '#kubernetes/owners.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { claim } from '../shared/claim.ts'
import { claimable, controlledBy, indexByController } from '../shared/controlled-objects.ts'
import { ControllerHistory } from '../shared/controller-history.ts'
import { untilNextAvailable } from '../shared/next-look.ts'
import { StatefulControl } from './stateful-control.ts'
import { ordinalOf, revisionOf } from './stateful-pods.ts'
import { type Revisions, statefulStatus } from './stateful-status.ts'
import { StatefulSync } from './stateful-sync.ts'

const hashLabel = 'controller.kubernetes.io/hash'
const reads = { pods, persistentVolumeClaims, controllerRevisions }

/** Keeps pods with names, claims and an order of their own. */
export const statefulSetController = defineController({
  name: 'statefulset-controller',
  for: statefulSets,
  reads,
  start: context => {
    const reconciler = new StatefulSetReconciler(context)
    return key => reconciler.reconcile(key)
  },
})

type Context = ControllerContext<StatefulSet, typeof reads>

class StatefulSetReconciler {
  readonly #context: Context
  readonly #control: StatefulControl
  readonly #history: ControllerHistory<StatefulSet>

  constructor(context: Context) {
    this.#context = context
    const { client, informers, informer, queue, on } = context
    this.#control = new StatefulControl(context, informers.persistentVolumeClaims)
    this.#history = new ControllerHistory(client, statefulSets, hashLabel)
    indexByController(informers.pods)
    indexByController(informers.controllerRevisions)
    on(informers.pods, {
      added: pod => this.#wake(pod),
      updated: (pod, old) => {
        if (controllerOf(old)?.uid !== controllerOf(pod)?.uid) this.#wake(old)
        this.#wake(pod)
      },
      deleted: pod => this.#wake(pod),
    })
    on(informers.persistentVolumeClaims, {
      deleted: ({ metadata }) => {
        for (const set of informer.list(metadata.namespace)) {
          if (set.spec.volumeClaimTemplates?.length) queue.add(keyOf(set))
        }
      },
    })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { clock, informer } = this.#context
    const set = informer.get(key)
    if (!set) return undefined
    const owned = await this.#claimPods(set)
    const known = this.#revisionsOf(set)
    const revisions = await this.#revisions(set, known)
    let failure: unknown
    if (!set.metadata.deletionTimestamp) {
      try {
        const { status } = set
        const withCurrent = { ...set, status: { ...status, replicas: status?.replicas ?? 0 } }
        await new StatefulSync({
          set: withCurrent,
          pods: owned,
          revisions,
          control: this.#control,
          now: clock.now(),
        }).step()
      } catch (error) {
        failure = error
      }
    }
    await this.#writeStatus(set, statefulStatus(set, owned, revisions, clock.now()))
    const live = new Set(owned.map(revisionOf).filter(name => name !== undefined))
    for (const { metadata } of [revisions.current, revisions.update]) live.add(metadata.name)
    await this.#history.truncate(set, known, live)
    if (failure !== undefined) throw failure
    return untilNextAvailable(owned, set.spec.minReadySeconds, clock.now())
  }

  async #revisions(
    set: Stored<StatefulSet>,
    known: Stored<ControllerRevision>[],
  ): Promise<Revisions> {
    const update = await this.#history.current(set, known, collisionCount =>
      this.#writeStatus(set, {
        ...set.status,
        replicas: set.status?.replicas ?? 0,
        collisionCount,
      }),
    )
    const { currentRevision } = set.status ?? {}
    const current = known.find(({ metadata }) => metadata.name === currentRevision)
    return { update, current: current ?? update }
  }

  async #claimPods(set: Stored<StatefulSet>): Promise<Stored<Pod>[]> {
    const { client, informers } = this.#context
    const isOurs = (pod: Stored<Pod>) =>
      controllerOf(pod) !== undefined || ordinalOf(set, pod.metadata.name) !== undefined
    return claim({
      client,
      ownerType: statefulSets,
      owner: set,
      selector: set.spec.selector,
      type: pods,
      candidates: claimable(informers.pods, set).filter(isOurs),
    })
  }

  #revisionsOf(set: Stored<StatefulSet>): Stored<ControllerRevision>[] {
    return controlledBy(this.#context.informers.controllerRevisions, set)
  }

  async #writeStatus(set: Stored<StatefulSet>, status: StatefulSetStatus): Promise<void> {
    if (semanticEqual(set.status, status)) return
    try {
      await this.#context.client.updateStatus(statefulSets, { ...set, status })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  #wake(pod: Stored<Pod>): void {
    const { informer, queue } = this.#context
    const owner = controllerOf(pod)
    if (owner) {
      if (owner.kind === 'StatefulSet') queue.add(`${pod.metadata.namespace}/${owner.name}`)
      return
    }
    for (const set of informer.list(pod.metadata.namespace)) {
      if (matchesLabelSelector(set.spec.selector, pod.metadata.labels)) queue.add(keyOf(set))
    }
  }
}
