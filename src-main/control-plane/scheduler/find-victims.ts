import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import {
  isEmptySelector,
  matchesLabelSelector,
} from '#kubernetes/selectors/match-label-selector.ts'
import { countReasons, type FitFailure, nodesText } from './fit-error.ts'
import type { Rejection } from './framework.ts'
import type { NodeState } from './node-state.ts'
import type { PodInfo } from './pod-info.ts'

const noVictims = 'No preemption victims found for incoming pod'
const notHelpful = 'Preemption is not helpful for scheduling'

/** How many nodes are looked at: as a share of all, and at least. */
export interface PreemptionArgs {
  minCandidateNodesPercentage: number
  minCandidateNodesAbsolute: number
}

/** A node that would take a pod, and the pods that would have to leave it. */
export interface Candidate {
  node: NodeState
  /** The most important first. */
  victims: readonly PodInfo[]
  /** How many of them their disruption budgets don't let go. */
  violations: number
}

/** Where pods could be displaced for a pod, the least harmful place first, or in upstream's words why nowhere. */
export function findCandidates(
  pod: PodInfo,
  failure: FitFailure,
  view: {
    /** Whether a node, as it is now, can take the pod. */
    check: (node: NodeState) => Rejection | undefined
    budgets: readonly PodDisruptionBudget[]
    args: PreemptionArgs
    random?: () => number
  },
): readonly Candidate[] | string {
  const { nodeCount, rejections, message } = failure
  const refuse = (reasons: string[]) =>
    `preemption: ${nodesText(nodeCount)} ${countReasons(reasons)}.`
  if (message !== undefined) return refuse(Array.from({ length: nodeCount }, () => notHelpful))
  const reasons = [...rejections.values()].filter(({ final }) => final).map(() => notHelpful)
  const nodes = [...rejections].filter(([, { final }]) => !final).map(([node]) => node)
  const start = Math.floor((view.random ?? Math.random)() * nodes.length)
  const { minCandidateNodesAbsolute, minCandidateNodesPercentage } = view.args
  const share = Math.floor((nodes.length * minCandidateNodesPercentage) / 100)
  const enough = Math.max(minCandidateNodesAbsolute, share)
  const candidates: Candidate[] = []
  for (let looked = 0; looked < nodes.length && candidates.length < enough; looked++) {
    const node = nodes[(start + looked) % nodes.length]
    if (!node) continue
    const found = victimsOn(node, pod, view)
    if ('reasons' in found) reasons.push(...found.reasons)
    else candidates.push(found)
  }
  return candidates.length > 0 ? leastHarmfulFirst(candidates) : refuse(reasons)
}

export const leastHarmfulFirst = (candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates.toSorted(compareCandidates)

/** The fewest and least important pods without which the node would take the pod. The node is left as it was. */
function victimsOn(
  node: NodeState,
  pod: PodInfo,
  { check, budgets }: Parameters<typeof findCandidates>[2],
): Candidate | Pick<Rejection, 'reasons'> {
  const lower = [...node.pods.values()].filter(({ priority }) => priority < pod.priority)
  if (lower.length === 0) return { reasons: [noVictims] }
  const away = new Set(lower)
  for (const { uid } of lower) node.remove(uid)
  try {
    const rejection = check(node)
    if (rejection) return rejection
    const { guarded, free } = byBudget(lower.sort(compareImportance), budgets)
    const stays = (one: PodInfo): boolean => {
      node.add(one)
      if (!check(node)) {
        away.delete(one)
        return true
      }
      node.remove(one.uid)
      return false
    }
    const violations = guarded.filter(one => !stays(one)).length
    for (const one of free) stays(one)
    return { node, victims: lower.filter(one => away.has(one)), violations }
  } finally {
    for (const one of away) node.add(one)
  }
}

/** Which pods their budgets would not let go, if all went in this order. */
function byBudget(
  pods: PodInfo[],
  budgets: readonly PodDisruptionBudget[],
): { guarded: PodInfo[]; free: PodInfo[] } {
  const left = new Map(budgets.map(budget => [budget, budget.status?.disruptionsAllowed ?? 0]))
  const guarded: PodInfo[] = []
  const free: PodInfo[] = []
  for (const info of pods) {
    const { namespace, labels, name } = info.pod.metadata
    let violates = false
    for (const budget of budgets) {
      const { selector } = budget.spec
      if (budget.metadata.namespace !== namespace || isEmptySelector(selector)) continue
      if (!matchesLabelSelector(selector, labels)) continue
      if (budget.status?.disruptedPods?.[name] !== undefined) continue
      const allowed = (left.get(budget) ?? 0) - 1
      left.set(budget, allowed)
      if (allowed < 0) violates = true
    }
    const list = violates ? guarded : free
    list.push(info)
  }
  return { guarded, free }
}

/** The more important pod first: by priority, then by how long it runs. */
const compareImportance = (a: PodInfo, b: PodInfo): number =>
  b.priority - a.priority || compareStarts(startOf(a), startOf(b))

const startOf = ({ pod }: PodInfo): number =>
  Date.parse(pod.status?.startTime ?? '') || Number.POSITIVE_INFINITY

/** The node that costs least first, by upstream's criteria. */
function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    a.violations - b.violations ||
    (a.victims[0]?.priority ?? -Infinity) - (b.victims[0]?.priority ?? -Infinity) ||
    sumOfPriorities(a) - sumOfPriorities(b) ||
    a.victims.length - b.victims.length ||
    compareStarts(earliestStart(b), earliestStart(a))
  )
}

/** Shifted above zero, so that more victims of negative priority don't count less. */
const sumOfPriorities = ({ victims }: Candidate): number =>
  victims.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0)

/** Since when the first of its most important victims has run. */
function earliestStart({ victims }: Candidate): number {
  const highest = victims[0]?.priority
  return Math.min(...victims.filter(({ priority }) => priority === highest).map(startOf))
}

/** Those that haven't started are alike. */
const compareStarts = (a: number, b: number): number => (a === b ? 0 : a - b)
