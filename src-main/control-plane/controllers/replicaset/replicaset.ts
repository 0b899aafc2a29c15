import { pods, replicaSets } from '#client/resource-types.ts'
import type { ReplicaSet } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { controllerOf } from '#kubernetes/owners.ts'
import { isPodActive, isPodTerminal } from '#kubernetes/pod-state.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { claim } from '../shared/claim.ts'
import { claimable, controlledBy, indexByController } from '../shared/controlled-objects.ts'
import { Expectations } from '../shared/expectations.ts'
import { untilNextAvailable } from '../shared/next-look.ts'
import { isNamespaceTerminating, PodControl } from '../shared/pod-control.ts'
import { podsToDelete } from '../shared/pods-to-delete.ts'
import { slowStart } from '../shared/slow-start.ts'
import { replicaSetStatus, statusChanged } from './replicaset-status.ts'

const burstReplicas = 500

/** Keeps as many pods running as each ReplicaSet asks for. */
export const replicaSetController = defineController({
  name: 'replicaset-controller',
  for: replicaSets,
  reads: { pods },
  start: context => {
    const reconciler = new ReplicaSetReconciler(context)
    return key => reconciler.reconcile(key)
  },
})

type Context = ControllerContext<ReplicaSet, { pods: typeof pods }>

class ReplicaSetReconciler {
  readonly #context: Context
  readonly #expectations: Expectations
  readonly #podControl: PodControl<ReplicaSet>

  constructor(context: Context) {
    this.#context = context
    this.#expectations = new Expectations(context.clock)
    this.#podControl = new PodControl(context.client, context.recorder, replicaSets)
    const { informers, informer } = context
    indexByController(informers.pods)
    informer.addIndex('uid', ({ metadata }) => [metadata.uid])
    context.on(informers.pods, {
      added: pod => this.#podAdded(pod),
      updated: (pod, old) => this.#podUpdated(pod, old),
      deleted: pod => this.#podDeleted(pod),
    })
    context.on(informer, { deleted: replicaSet => this.#expectations.forget(keyOf(replicaSet)) })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { informer, clock } = this.#context
    const replicaSet = informer.get(key)
    if (!replicaSet) return undefined
    const mayManage = this.#expectations.satisfied(key)
    const owned = await this.#claimPods(replicaSet)
    const active = owned.filter(isPodActive)
    let failure: unknown
    if (mayManage && !replicaSet.metadata.deletionTimestamp) {
      failure = await this.#scale(replicaSet, active)
    }
    const now = clock.now()
    await this.#writeStatus(replicaSet, replicaSetStatus(replicaSet, owned, failure, now))
    if (failure !== undefined) throw failure
    return untilNextAvailable(active, replicaSet.spec?.minReadySeconds, now)
  }

  async #claimPods(replicaSet: Stored<ReplicaSet>): Promise<Stored<Pod>[]> {
    const { client, informers } = this.#context
    return claim({
      client,
      ownerType: replicaSets,
      owner: replicaSet,
      selector: replicaSet.spec?.selector,
      type: pods,
      candidates: claimable(informers.pods, replicaSet).filter(pod => !isPodTerminal(pod)),
    })
  }

  /** Creates or deletes pods; answers the first failure, which is to be shown in the status and retried. */
  async #scale(replicaSet: Stored<ReplicaSet>, active: Stored<Pod>[]): Promise<unknown> {
    const missing = (replicaSet.spec?.replicas ?? 1) - active.length
    if (missing > 0) return this.#create(replicaSet, Math.min(missing, burstReplicas))
    if (missing < 0) return this.#delete(replicaSet, active, Math.min(-missing, burstReplicas))
    return undefined
  }

  async #create(replicaSet: Stored<ReplicaSet>, count: number): Promise<unknown> {
    const key = keyOf(replicaSet)
    const template = replicaSet.spec?.template ?? {}
    this.#expectations.expectCreations(key, count)
    const { succeeded, error } = await slowStart(count, async () => {
      await this.#podControl.create(replicaSet, template)
    })
    this.#expectations.creationObserved(key, count - succeeded)
    return isNamespaceTerminating(error) ? undefined : error
  }

  async #delete(
    replicaSet: Stored<ReplicaSet>,
    active: Stored<Pod>[],
    count: number,
  ): Promise<unknown> {
    const key = keyOf(replicaSet)
    const related = this.#relatedPods(replicaSet)
    const doomed = podsToDelete(active, related, count, this.#context.clock.now())
    this.#expectations.expectDeletions(
      key,
      doomed.map(pod => pod.metadata.uid),
    )
    const results = await Promise.allSettled(
      doomed.map(async pod => {
        const { uid } = pod.metadata
        try {
          const gone = await this.#podControl.delete(replicaSet, pod)
          if (gone) this.#expectations.deletionObserved(key, uid)
        } catch (error) {
          this.#expectations.deletionObserved(key, uid)
          throw error
        }
      }),
    )
    return results.find(result => result.status === 'rejected')?.reason
  }

  /** The pods of every ReplicaSet with the same owner: scaling down prefers nodes that hold many of them. */
  #relatedPods(replicaSet: Stored<ReplicaSet>): Stored<Pod>[] {
    const { informer, informers } = this.#context
    const owner = controllerOf(replicaSet)
    const siblings = owner
      ? informer
          .list(replicaSet.metadata.namespace)
          .filter(other => controllerOf(other)?.uid === owner.uid)
      : [replicaSet]
    return siblings.flatMap(sibling => controlledBy(informers.pods, sibling))
  }

  async #writeStatus(
    replicaSet: Stored<ReplicaSet>,
    status: NonNullable<ReplicaSet['status']>,
  ): Promise<void> {
    if (!statusChanged(replicaSet, status)) return
    try {
      await this.#context.client.updateStatus(replicaSets, { ...replicaSet, status })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  #podAdded(pod: Stored<Pod>): void {
    if (pod.metadata.deletionTimestamp) {
      this.#podDeleted(pod)
      return
    }
    const owner = this.#ownerOf(pod)
    if (owner) {
      this.#expectations.creationObserved(keyOf(owner))
      this.#context.queue.add(keyOf(owner))
      return
    }
    if (!controllerOf(pod)) this.#wakeMatching(pod)
  }

  #podUpdated(pod: Stored<Pod>, old: Stored<Pod>): void {
    if (pod.metadata.deletionTimestamp) {
      this.#podDeleted(pod)
      return
    }
    if (controllerOf(old)?.uid !== controllerOf(pod)?.uid) this.#wake(this.#ownerOf(old))
    const owner = this.#ownerOf(pod)
    if (owner) this.#wake(owner)
    else if (!controllerOf(pod)) this.#wakeMatching(pod)
  }

  #podDeleted(pod: Stored<Pod>): void {
    const owner = this.#ownerOf(pod)
    if (!owner) return
    this.#expectations.deletionObserved(keyOf(owner), pod.metadata.uid)
    this.#wake(owner)
  }

  #ownerOf(pod: Stored<Pod>): Stored<ReplicaSet> | undefined {
    const owner = controllerOf(pod)
    return owner?.kind === 'ReplicaSet'
      ? this.#context.informer.byIndex('uid', owner.uid)[0]
      : undefined
  }

  #wake(replicaSet: Stored<ReplicaSet> | undefined): void {
    if (replicaSet) this.#context.queue.add(keyOf(replicaSet))
  }

  /** An orphan may be adopted by any ReplicaSet whose selector matches it. */
  #wakeMatching(pod: Stored<Pod>): void {
    for (const replicaSet of this.#context.informer.list(pod.metadata.namespace)) {
      if (matchesLabelSelector(replicaSet.spec?.selector, pod.metadata.labels)) {
        this.#wake(replicaSet)
      }
    }
  }
}
