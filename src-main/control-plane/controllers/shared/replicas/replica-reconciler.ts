import { pods, type ResourceType } from '#client/resource-types.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { controllerOf } from '#kubernetes/owners.ts'
import { isPodActive, isPodTerminal } from '#kubernetes/pod-state.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import type { ControllerContext } from '../../define-controller.ts'
import { claim } from '../claim.ts'
import { claimable, controlledBy, indexByController } from '../controlled-objects.ts'
import { Expectations } from '../expectations.ts'
import { isNamespaceTerminating, PodControl } from '../pod-control.ts'
import { podsToDelete } from '../pods-to-delete.ts'
import { slowStart } from '../slow-start.ts'
import {
  type ReplicaStatus,
  type Replicated,
  replicaStatus,
  statusChanged,
} from './replica-status.ts'

const burstReplicas = 500

/** What tells the kinds apart that keep a number of pods running. */
export interface ReplicaKind<O extends Replicated> {
  type: ResourceType<O>
  selectorOf(owner: O): LabelSelector | undefined
  /** Whether the status says how many pods are on their way out. */
  countsTerminating: boolean
}

type Context<O extends Replicated> = ControllerContext<O, { pods: typeof pods }>

/** Keeps as many pods running as each ReplicaSet or ReplicationController asks for. */
export class ReplicaReconciler<O extends Replicated> {
  readonly #context: Context<O>
  readonly #kind: ReplicaKind<O>
  readonly #expectations: Expectations
  readonly #podControl: PodControl<O>

  constructor(context: Context<O>, kind: ReplicaKind<O>) {
    this.#context = context
    this.#kind = kind
    this.#expectations = new Expectations(context.clock)
    this.#podControl = new PodControl(context.client, context.recorder, kind.type)
    const { informers, informer } = context
    indexByController(informers.pods)
    informer.addIndex('uid', ({ metadata }) => [metadata.uid])
    context.on(informers.pods, {
      added: pod => this.#podAdded(pod),
      updated: (pod, old) => this.#podUpdated(pod, old),
      deleted: pod => this.#podDeleted(pod),
    })
    context.on(informer, { deleted: owner => this.#expectations.forget(keyOf(owner)) })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { informer, clock } = this.#context
    const owner = informer.get(key)
    if (!owner) return undefined
    const mayManage = this.#expectations.satisfied(key)
    const owned = await this.#claimPods(owner)
    const active = owned.filter(isPodActive)
    let failure: unknown
    if (mayManage && !owner.metadata.deletionTimestamp) {
      failure = await this.#scale(owner, active)
    }
    const now = clock.now()
    const look = replicaStatus(owner, owned, { failure, now, ...this.#kind })
    await this.#writeStatus(owner, look.status)
    if (failure !== undefined) throw failure
    return look.untilNextAvailable
  }

  async #claimPods(owner: Stored<O>): Promise<Stored<Pod>[]> {
    const { client, informers } = this.#context
    return claim({
      client,
      ownerType: this.#kind.type,
      owner,
      selector: this.#kind.selectorOf(owner),
      type: pods,
      candidates: claimable(informers.pods, owner).filter(pod => !isPodTerminal(pod)),
    })
  }

  /** Creates or deletes pods; answers the first failure, which is to be shown in the status and retried. */
  async #scale(owner: Stored<O>, active: Stored<Pod>[]): Promise<unknown> {
    const missing = (owner.spec?.replicas ?? 1) - active.length
    if (missing > 0) return this.#create(owner, Math.min(missing, burstReplicas))
    if (missing < 0) return this.#delete(owner, active, Math.min(-missing, burstReplicas))
    return undefined
  }

  async #create(owner: Stored<O>, count: number): Promise<unknown> {
    const key = keyOf(owner)
    const template = owner.spec?.template ?? {}
    this.#expectations.expectCreations(key, count)
    const { succeeded, error } = await slowStart(count, async () => {
      await this.#podControl.create(owner, template)
    })
    this.#expectations.creationObserved(key, count - succeeded)
    return isNamespaceTerminating(error) ? undefined : error
  }

  async #delete(owner: Stored<O>, active: Stored<Pod>[], count: number): Promise<unknown> {
    const key = keyOf(owner)
    const related = this.#relatedPods(owner)
    const doomed = podsToDelete(active, related, count, this.#context.clock.now())
    this.#expectations.expectDeletions(
      key,
      doomed.map(pod => pod.metadata.uid),
    )
    const results = await Promise.allSettled(
      doomed.map(async pod => {
        const { uid } = pod.metadata
        try {
          const gone = await this.#podControl.delete(owner, pod)
          if (gone) this.#expectations.deletionObserved(key, uid)
        } catch (error) {
          this.#expectations.deletionObserved(key, uid)
          throw error
        }
      }),
    )
    return results.find(result => result.status === 'rejected')?.reason
  }

  /** The pods of every other with the same owner: scaling down prefers nodes that hold many of them. */
  #relatedPods(owner: Stored<O>): Stored<Pod>[] {
    const { informer, informers } = this.#context
    const above = controllerOf(owner)
    const siblings = above
      ? informer
          .list(owner.metadata.namespace)
          .filter(other => controllerOf(other)?.uid === above.uid)
      : [owner]
    return siblings.flatMap(sibling => controlledBy(informers.pods, sibling))
  }

  async #writeStatus(owner: Stored<O>, status: ReplicaStatus): Promise<void> {
    if (!statusChanged(owner, status)) return
    try {
      await this.#context.client.updateStatus(this.#kind.type, { ...owner, status })
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

  #ownerOf(pod: Stored<Pod>): Stored<O> | undefined {
    const reference = controllerOf(pod)
    return reference?.kind === this.#kind.type.kind
      ? this.#context.informer.byIndex('uid', reference.uid)[0]
      : undefined
  }

  #wake(owner: Stored<O> | undefined): void {
    if (owner) this.#context.queue.add(keyOf(owner))
  }

  /** An orphan may be adopted by any owner whose selector matches it. */
  #wakeMatching(pod: Stored<Pod>): void {
    for (const owner of this.#context.informer.list(pod.metadata.namespace)) {
      if (matchesLabelSelector(this.#kind.selectorOf(owner), pod.metadata.labels)) {
        this.#wake(owner)
      }
    }
  }
}
