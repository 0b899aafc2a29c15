import { controllerRevisions, daemonSets, nodes, pods } from '#client/resource-types.ts'
import type { ControllerRevision, DaemonSet, DaemonSetStatus } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { controllerOf } from '#kubernetes/owners.ts'
import { isPodTerminal } from '#kubernetes/pod-state.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { claim } from '../shared/claim.ts'
import { claimable, controlledBy, indexByController } from '../shared/controlled-objects.ts'
import { ControllerHistory, revisionHashLabel } from '../shared/controller-history.ts'
import { Expectations } from '../shared/expectations.ts'
import { earliest, untilNextAvailable } from '../shared/next-look.ts'
import { isNamespaceTerminating, PodControl } from '../shared/pod-control.ts'
import { slowStart } from '../shared/slow-start.ts'
import { nodeOf, podTemplateFor } from './daemon-pods.ts'
import { EndedDaemons } from './ended-daemons.ts'
import {
  type DaemonPlan,
  type DaemonView,
  daemonCounts,
  groupByNode,
  planPlacement,
  planRollout,
} from './plan-daemons.ts'

const burst = 250
const daemonSetKind = { apiVersion: 'apps/v1', kind: 'DaemonSet' }

/** Keeps a pod of each DaemonSet on every node that it fits. */
export const daemonSetController = defineController({
  name: 'daemonset-controller',
  serviceAccount: 'daemon-set-controller',
  for: daemonSets,
  reads: { pods, nodes, controllerRevisions },
  workers: 2,
  start: context => {
    const reconciler = new DaemonSetReconciler(context)
    return key => reconciler.reconcile(key)
  },
})

type Context = ControllerContext<
  DaemonSet,
  {
    pods: typeof pods
    nodes: typeof nodes
    controllerRevisions: typeof controllerRevisions
  }
>

class DaemonSetReconciler {
  readonly #context: Context
  readonly #expectations: Expectations
  readonly #control: PodControl<DaemonSet>
  readonly #history: ControllerHistory<DaemonSet>
  readonly #ended: EndedDaemons

  constructor(context: Context) {
    this.#context = context
    const { client, clock, recorder, informers, informer, queue, on } = context
    this.#expectations = new Expectations(clock)
    this.#control = new PodControl(client, recorder, daemonSets)
    this.#history = new ControllerHistory(client, daemonSets, revisionHashLabel)
    this.#ended = new EndedDaemons(clock)
    indexByController(informers.pods)
    indexByController(informers.controllerRevisions)
    const wakeAll = () => {
      for (const daemonSet of informer.list()) queue.add(keyOf(daemonSet))
    }
    on(informers.nodes, {
      added: wakeAll,
      deleted: wakeAll,
      updated: (node, old) => {
        const facts = ({ metadata, spec }: typeof node) => [metadata.labels, spec?.taints]
        if (!semanticEqual(facts(node), facts(old))) wakeAll()
      },
    })
    on(informers.pods, {
      added: pod => this.#podChanged(pod, true),
      updated: (pod, old) => {
        if (controllerOf(old)?.uid !== controllerOf(pod)?.uid) this.#podChanged(old, false)
        this.#podChanged(pod, false)
      },
      deleted: pod => this.#podDeleted(pod),
    })
    on(informer, {
      deleted: daemonSet => {
        this.#expectations.forget(keyOf(daemonSet))
        this.#ended.forget(daemonSet)
      },
    })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { informer, informers, clock, recorder } = this.#context
    const daemonSet = informer.get(key)
    if (!daemonSet) return undefined
    if (semanticEqual(daemonSet.spec.selector, {})) {
      const message = 'This daemon set is selecting all pods. A non-empty selector is required.'
      recorder.record(
        daemonSet,
        { type: 'Warning', reason: 'SelectingAll', message },
        daemonSetKind,
      )
      return undefined
    }
    if (daemonSet.metadata.deletionTimestamp) return undefined
    const mayManage = this.#expectations.satisfied(key)
    const revisions = this.#revisionsOf(daemonSet)
    const current = await this.#history.current(daemonSet, revisions, collisionCount =>
      this.#writeStatus(daemonSet, { ...statusOf(daemonSet), collisionCount }),
    )
    const owned = await this.#claimPods(daemonSet)
    const view: DaemonView = {
      daemonSet,
      nodes: informers.nodes.list(),
      byNode: groupByNode(owned.filter(pod => !hasLeft(pod))),
      hash: current.metadata.labels?.[revisionHashLabel] ?? '',
      now: clock.now(),
    }
    let waitMs: number | undefined
    if (mayManage) {
      waitMs = await this.#act(view, planPlacement(view))
      const rolls = daemonSet.spec.updateStrategy?.type !== 'OnDelete'
      if (rolls && this.#expectations.satisfied(key)) await this.#act(view, planRollout(view))
      await this.#history.truncate(daemonSet, revisions, liveRevisions(owned, current, revisions))
    }
    await this.#writeStatus(daemonSet, {
      ...statusOf(daemonSet),
      ...daemonCounts(view),
      observedGeneration: daemonSet.metadata.generation ?? 0,
    })
    return earliest(waitMs, untilNextAvailable(owned, daemonSet.spec.minReadySeconds, view.now))
  }

  /** Answers after how many milliseconds to look again, when ended pods are not to be replaced yet. */
  async #act(view: DaemonView, plan: DaemonPlan): Promise<number | undefined> {
    const { daemonSet } = view
    const key = keyOf(daemonSet)
    const { waitMs, doomed } = this.#backOff(view, plan)
    const created = plan.create.slice(0, burst)
    if (created.length + doomed.length === 0) return waitMs
    const uids = doomed.map(({ metadata }) => metadata.uid)
    this.#expectations.expect(key, created.length, uids)
    const deletions = Promise.allSettled(doomed.map(pod => this.#delete(daemonSet, pod)))
    const names = [...created]
    const { succeeded, error } = await slowStart(created.length, async () => {
      const node = names.shift() ?? ''
      await this.#control.create(daemonSet, podTemplateFor(daemonSet, node, view.hash))
    })
    this.#expectations.creationObserved(key, created.length - succeeded)
    const failed = (await deletions).find(result => result.status === 'rejected')
    if (error !== undefined && !isNamespaceTerminating(error)) throw error
    if (failed) throw failed.reason
    return waitMs
  }

  /** Leaves pods for a while that end again and again; tells about those that are to be replaced now. */
  #backOff(
    view: DaemonView,
    plan: DaemonPlan,
  ): { waitMs: number | undefined; doomed: Stored<Pod>[] } {
    const waits = new Map(
      plan.ended.map(pod => [pod, this.#ended.untilDue(view.daemonSet, pod, view.now)]),
    )
    const isHeld = (pod: Stored<Pod>) => (waits.get(pod) ?? 0) > 0
    for (const pod of waits.keys()) if (!isHeld(pod)) this.#noteEnded(view.daemonSet, pod)
    const doomed = plan.delete.filter(pod => !isHeld(pod)).slice(0, burst)
    return { doomed, waitMs: earliest(...[...waits.values()].filter(ms => ms > 0)) }
  }

  #noteEnded(daemonSet: Stored<DaemonSet>, pod: Stored<Pod>): void {
    const failed = pod.status?.phase === 'Failed'
    const message = `Found ${failed ? 'failed' : 'succeeded'} daemon pod ${keyOf(pod)} on node ${nodeOf(pod)}, will try to ${failed ? 'kill' : 'delete'} it`
    const note = failed
      ? ({ type: 'Warning', reason: 'FailedDaemonPod', message } as const)
      : ({ type: 'Normal', reason: 'SucceededDaemonPod', message } as const)
    this.#context.recorder.record(daemonSet, note, daemonSetKind)
  }

  async #delete(daemonSet: Stored<DaemonSet>, pod: Stored<Pod>): Promise<void> {
    const key = keyOf(daemonSet)
    const { uid } = pod.metadata
    try {
      if (await this.#control.delete(daemonSet, pod)) {
        this.#expectations.deletionObserved(key, uid)
      }
    } catch (error) {
      this.#expectations.deletionObserved(key, uid)
      throw error
    }
  }

  #claimPods(daemonSet: Stored<DaemonSet>): Promise<Stored<Pod>[]> {
    const { client, informers } = this.#context
    return claim({
      client,
      ownerType: daemonSets,
      owner: daemonSet,
      selector: daemonSet.spec.selector,
      type: pods,
      candidates: claimable(informers.pods, daemonSet),
    })
  }

  #revisionsOf(daemonSet: Stored<DaemonSet>): Stored<ControllerRevision>[] {
    return controlledBy(this.#context.informers.controllerRevisions, daemonSet)
  }

  async #writeStatus(daemonSet: Stored<DaemonSet>, status: DaemonSetStatus): Promise<void> {
    if (semanticEqual(daemonSet.status, status)) return
    await this.#context.client.updateStatus(daemonSets, { ...daemonSet, status })
  }

  #podChanged(pod: Stored<Pod>, isAdded: boolean): void {
    if (pod.metadata.deletionTimestamp) {
      this.#podDeleted(pod)
      return
    }
    const key = ownerKey(pod)
    if (key) {
      if (isAdded) this.#expectations.creationObserved(key)
      this.#context.queue.add(key)
      return
    }
    if (controllerOf(pod)) return
    for (const daemonSet of this.#context.informer.list(pod.metadata.namespace)) {
      if (matchesLabelSelector(daemonSet.spec.selector, pod.metadata.labels)) {
        this.#context.queue.add(keyOf(daemonSet))
      }
    }
  }

  #podDeleted(pod: Stored<Pod>): void {
    this.#ended.podDeleted(pod)
    const key = ownerKey(pod)
    if (!key) return
    this.#expectations.deletionObserved(key, pod.metadata.uid)
    this.#context.queue.add(key)
  }
}

function ownerKey(pod: Stored<Pod>): string | undefined {
  const owner = controllerOf(pod)
  return owner?.kind === 'DaemonSet' ? `${pod.metadata.namespace}/${owner.name}` : undefined
}

const statusOf = ({ status }: DaemonSet): DaemonSetStatus => ({
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
  ...status,
})

/** Whether a pod ended and is only held by finalizers: its node may have another. */
const hasLeft = (pod: Stored<Pod>): boolean =>
  isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined

/** The revisions that pods run, and the newest. */
function liveRevisions(
  owned: readonly Stored<Pod>[],
  current: Stored<ControllerRevision>,
  revisions: Stored<ControllerRevision>[],
): Set<string> {
  const hashes = new Set(owned.map(({ metadata }) => metadata.labels?.[revisionHashLabel]))
  const live = revisions.filter(({ metadata }) => hashes.has(metadata.labels?.[revisionHashLabel]))
  return new Set([current, ...live].map(({ metadata }) => metadata.name))
}
