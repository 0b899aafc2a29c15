import { Backoff } from '#base/backoff.ts'
import { controllerRevisions, daemonSets, nodes, pods } from '#client/resource-types.ts'
import type { ControllerRevision, DaemonSet, DaemonSetStatus } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { controllerOf } from '#kubernetes/owners.ts'
import { untilPodAvailable } from '#kubernetes/pod-state.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { claim } from '../shared/claim.ts'
import { ControllerHistory, revisionHashLabel } from '../shared/controller-history.ts'
import { Expectations } from '../shared/expectations.ts'
import { isNamespaceTerminating, PodControl } from '../shared/pod-control.ts'
import { slowStart } from '../shared/slow-start.ts'
import { nodeOf, podTemplateFor } from './daemon-pods.ts'
import {
  type DaemonPlan,
  type DaemonView,
  daemonCounts,
  groupByNode,
  planPlacement,
  planRollout,
} from './plan-daemons.ts'

const ownerIndex = 'controller-uid'
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
  /** Pods that end at once must not be replaced in a loop. */
  readonly #endings: Backoff

  constructor(context: Context) {
    this.#context = context
    const { client, clock, recorder, informers, informer, queue, on } = context
    this.#expectations = new Expectations(clock)
    this.#control = new PodControl(client, recorder, daemonSets)
    this.#history = new ControllerHistory(client, daemonSets, revisionHashLabel)
    this.#endings = new Backoff({ clock, initialMs: 1000, maxMs: 900_000 })
    informers.pods.addIndex(ownerIndex, pod => [controllerOf(pod)?.uid ?? ''])
    informers.controllerRevisions.addIndex(ownerIndex, revision => [
      controllerOf(revision)?.uid ?? '',
    ])
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
    on(informer, { deleted: daemonSet => this.#expectations.forget(keyOf(daemonSet)) })
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
      byNode: groupByNode(owned),
      hash: current.metadata.labels?.[revisionHashLabel] ?? '',
      now: clock.now(),
    }
    let waitMs: number | undefined
    if (mayManage) {
      waitMs = await this.#act(view, planPlacement(view))
      const rolls = daemonSet.spec.updateStrategy?.type !== 'OnDelete'
      if (rolls && this.#expectations.satisfied(key)) await this.#act(view, planRollout(view))
      await this.#history.truncate(daemonSet, revisions, liveRevisions(view, current, revisions))
    }
    await this.#writeStatus(daemonSet, {
      ...statusOf(daemonSet),
      ...daemonCounts(view),
      observedGeneration: daemonSet.metadata.generation ?? 0,
    })
    return earliest(waitMs, untilNextAvailable(view, owned))
  }

  /** Answers after how many milliseconds to look again, when ended pods are not to be replaced yet. */
  async #act(view: DaemonView, plan: DaemonPlan): Promise<number | undefined> {
    const { daemonSet } = view
    const key = keyOf(daemonSet)
    const { waitMs, doomed } = this.#backOff(view, plan)
    const created = plan.create.slice(0, burst)
    if (created.length + doomed.length === 0) return waitMs
    this.#expectations.expectDeletions(
      key,
      doomed.map(({ metadata }) => metadata.uid),
    )
    if (created.length > 0) this.#expectations.addCreations(key, created.length)
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

  /** Leaves ended pods for a while that end again and again; tells about those that are to be replaced now. */
  #backOff(view: DaemonView, plan: DaemonPlan): { waitMs?: number; doomed: Stored<Pod>[] } {
    const { recorder } = this.#context
    const held = new Set<Stored<Pod>>()
    let waitMs: number | undefined
    for (const pod of plan.ended) {
      const key = `${view.daemonSet.metadata.uid}/${nodeOf(pod) ?? ''}`
      const due = this.#dueAt.get(pod.metadata.uid) ?? view.now + this.#firstDelay(key)
      this.#dueAt.set(pod.metadata.uid, due)
      if (due > view.now) {
        held.add(pod)
        waitMs = Math.min(waitMs ?? Number.POSITIVE_INFINITY, due - view.now)
        continue
      }
      this.#dueAt.delete(pod.metadata.uid)
      const failed = pod.status?.phase === 'Failed'
      const message = `Found ${failed ? 'failed' : 'succeeded'} daemon pod ${keyOf(pod)} on node ${nodeOf(pod)}, will try to ${failed ? 'kill' : 'delete'} it`
      const note = failed
        ? ({ type: 'Warning', reason: 'FailedDaemonPod', message } as const)
        : ({ type: 'Normal', reason: 'SucceededDaemonPod', message } as const)
      recorder.record(view.daemonSet, note, daemonSetKind)
    }
    const doomed = plan.delete.filter(pod => !held.has(pod)).slice(0, burst)
    return { doomed, ...(waitMs === undefined ? {} : { waitMs }) }
  }

  /** When each ended pod may be replaced, by uid. */
  readonly #dueAt = new Map<string, number>()
  readonly #endedBefore = new Set<string>()

  /** The first ending on a node is replaced at once. */
  #firstDelay(key: string): number {
    const delay = this.#endings.next(key)
    if (this.#endedBefore.has(key)) return delay
    this.#endedBefore.add(key)
    return 0
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
    const { uid, namespace } = daemonSet.metadata
    const orphans = informers.pods
      .byIndex(ownerIndex, '')
      .filter(pod => pod.metadata.namespace === namespace)
    return claim({
      client,
      ownerType: daemonSets,
      owner: daemonSet,
      selector: daemonSet.spec.selector,
      type: pods,
      candidates: [...informers.pods.byIndex(ownerIndex, uid), ...orphans],
    })
  }

  #revisionsOf(daemonSet: Stored<DaemonSet>): Stored<ControllerRevision>[] {
    return this.#context.informers.controllerRevisions.byIndex(ownerIndex, daemonSet.metadata.uid)
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
    this.#dueAt.delete(pod.metadata.uid)
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

/** The revisions that pods run, and the newest. */
function liveRevisions(
  view: DaemonView,
  current: Stored<ControllerRevision>,
  revisions: Stored<ControllerRevision>[],
): Set<string> {
  const hashes = new Set(
    [...view.byNode.values()].flat().map(({ metadata }) => metadata.labels?.[revisionHashLabel]),
  )
  const live = revisions.filter(({ metadata }) => hashes.has(metadata.labels?.[revisionHashLabel]))
  return new Set([current, ...live].map(({ metadata }) => metadata.name))
}

function untilNextAvailable({ daemonSet, now }: DaemonView, owned: Pod[]): number | undefined {
  const { minReadySeconds = 0 } = daemonSet.spec
  const waits = owned.map(pod => untilPodAvailable(pod, minReadySeconds, now))
  return earliest(...waits.filter(wait => wait !== 0))
}

function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter(time => time !== undefined)
  return known.length ? Math.min(...known) : undefined
}
