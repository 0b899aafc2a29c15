import type { DaemonSet } from '#kubernetes/api/apps-v1.ts'
import type { Node, Pod } from '#kubernetes/api/core-v1.ts'
import { shareOf } from '#kubernetes/int-or-string.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodReady, isPodTerminal, untilPodAvailable } from '#kubernetes/pod-state.ts'
import { revisionHashLabel } from '../shared/controller-history.ts'
import { nodeOf, placement } from './daemon-pods.ts'

/** A DaemonSet, its nodes and pods as one reconcile sees them. */
export interface DaemonView {
  daemonSet: Stored<DaemonSet>
  nodes: readonly Stored<Node>[]
  /** By the node they are on or meant for. */
  byNode: ReadonlyMap<string, Stored<Pod>[]>
  /** Hash of the newest template. */
  hash: string
  now: number
}

/** What is to be done to pods. */
export interface DaemonPlan {
  /** Nodes that lack a pod. */
  create: string[]
  delete: Stored<Pod>[]
  /** Of these, the ones that ended by themselves: they are told about. */
  ended: Stored<Pod>[]
}

export function groupByNode(pods: readonly Stored<Pod>[]): Map<string, Stored<Pod>[]> {
  const groups = new Map<string, Stored<Pod>[]>()
  for (const pod of pods) {
    const node = nodeOf(pod)
    if (node !== undefined) groups.set(node, [...(groups.get(node) ?? []), pod])
  }
  return groups
}

export const isNew = (view: DaemonView, pod: Pod): boolean =>
  pod.metadata.labels?.[revisionHashLabel] === view.hash

export const isAvailable = ({ daemonSet, now }: DaemonView, pod: Pod): boolean =>
  untilPodAvailable(pod, daemonSet.spec.minReadySeconds ?? 0, now) === 0

/** One pod on each node that is to have one, none elsewhere. */
export function planPlacement(view: DaemonView): DaemonPlan {
  const plan: DaemonPlan = { create: [], delete: [], ended: [] }
  for (const node of view.nodes) {
    const { runs, stays } = placement(view.daemonSet, node)
    const pods = view.byNode.get(node.metadata.name) ?? []
    const staying = pods.filter(pod => !pod.metadata.deletionTimestamp)
    if (!stays) plan.delete.push(...staying)
    else planNode(view, node.metadata.name, pods, runs, plan)
  }
  return plan
}

function planNode(
  view: DaemonView,
  node: string,
  pods: Stored<Pod>[],
  runs: boolean,
  plan: DaemonPlan,
): void {
  const staying = pods.filter(pod => !pod.metadata.deletionTimestamp)
  const ended = staying.filter(isPodTerminal)
  plan.ended.push(...ended)
  plan.delete.push(...ended)
  const alive = staying.filter(pod => !isPodTerminal(pod)).sort(byAge)
  if (runs && pods.length === 0) plan.create.push(node)
  if (alive.length <= 1) return
  if (!surges(view)) {
    plan.delete.push(...alive.slice(1))
    return
  }
  // While surging, the oldest of either kind stays, and the old one goes once the new one is available.
  const [newest, ...surplusNew] = alive.filter(pod => isNew(view, pod))
  const [old, ...surplusOld] = alive.filter(pod => !isNew(view, pod))
  plan.delete.push(...surplusNew, ...surplusOld)
  if (old && newest && isAvailable(view, newest)) plan.delete.push(old)
}

const byAge = (a: Stored<Pod>, b: Stored<Pod>): number =>
  Number(!a.spec?.nodeName) - Number(!b.spec?.nodeName) ||
  a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp)

const surges = ({ daemonSet }: DaemonView): boolean => maxSurge(daemonSet, 1) > 0

/** Which old pods to delete, or beside which to create new ones, so that the rollout goes on within its bounds. */
export function planRollout(view: DaemonView): DaemonPlan {
  const plan: DaemonPlan = { create: [], delete: [], ended: [] }
  const wanted = view.nodes.filter(node => placement(view.daemonSet, node).runs)
  const surge = maxSurge(view.daemonSet, wanted.length)
  if (surge > 0) planSurge(view, wanted, surge, plan)
  else planReplacement(view, wanted, plan)
  return plan
}

/** Old pods that aren't available go at once; of the others as many as may be missing. */
function planReplacement(view: DaemonView, wanted: Stored<Node>[], plan: DaemonPlan): void {
  let unavailable = 0
  const candidates: Stored<Pod>[] = []
  for (const { metadata } of wanted) {
    const [pod] = living(view, metadata.name)
    if (!pod || !isAvailable(view, pod)) unavailable++
    if (!pod || isNew(view, pod)) continue
    if (isAvailable(view, pod)) candidates.push(pod)
    else plan.delete.push(pod)
  }
  const room = Math.max(0, maxUnavailable(view.daemonSet, wanted.length) - unavailable)
  plan.delete.push(...candidates.slice(0, room))
}

/** New pods come beside old ones, at most `surge` at once. */
function planSurge(
  view: DaemonView,
  wanted: Stored<Node>[],
  surge: number,
  plan: DaemonPlan,
): void {
  let surging = 0
  const candidates: string[] = []
  for (const { metadata } of wanted) {
    const alive = living(view, metadata.name)
    const old = alive.find(pod => !isNew(view, pod))
    const newer = alive.find(pod => isNew(view, pod))
    if (old && newer) surging++
    else if (old) {
      if (isAvailable(view, old)) candidates.push(metadata.name)
      else plan.delete.push(old)
    }
  }
  plan.create.push(...candidates.slice(0, Math.max(0, surge - surging)))
}

const living = ({ byNode }: DaemonView, node: string): Stored<Pod>[] =>
  (byNode.get(node) ?? []).filter(pod => !pod.metadata.deletionTimestamp && !isPodTerminal(pod))

const maxSurge = ({ spec }: DaemonSet, desired: number): number =>
  shareOf(spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, desired)

const maxUnavailable = ({ spec }: DaemonSet, desired: number): number =>
  shareOf(spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, desired)

/** What the status says of the nodes and pods. */
export function daemonCounts(view: DaemonView) {
  const counts = {
    desiredNumberScheduled: 0,
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    numberReady: 0,
    updatedNumberScheduled: 0,
    numberAvailable: 0,
    numberUnavailable: 0,
  }
  for (const node of view.nodes) {
    const pods = (view.byNode.get(node.metadata.name) ?? []).toSorted(byAge)
    const [first] = pods
    if (!placement(view.daemonSet, node).runs) {
      if (first) counts.numberMisscheduled++
      continue
    }
    counts.desiredNumberScheduled++
    if (!first) continue
    counts.currentNumberScheduled++
    const ready = pods.filter(isPodReady)
    if (ready.length > 0) counts.numberReady++
    if (ready.some(pod => isAvailable(view, pod))) counts.numberAvailable++
    if (pods.some(pod => isNew(view, pod))) counts.updatedNumberScheduled++
  }
  counts.numberUnavailable = counts.desiredNumberScheduled - counts.numberAvailable
  return counts
}
