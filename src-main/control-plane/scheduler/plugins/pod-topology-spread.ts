import type { Pod, TopologySpreadConstraint } from '#kubernetes/api/core-v1.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { matchesNodeRules } from '#kubernetes/selectors/node-selector.ts'
import { findToleration } from '#kubernetes/taints.ts'
import { maxNodeScore, type Plugin } from '../framework.ts'
import type { NodeState } from '../node-state.ts'
import type { PodInfo } from '../pod-info.ts'

const skewed = { reasons: ["node(s) didn't match pod topology spread constraints"], final: false }
const unlabelled = {
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  final: true,
}

/** A constraint with how many matching pods each domain of its topology holds. */
interface Spread {
  constraint: TopologySpreadConstraint
  counts: Map<string, number>
  selfMatch: boolean
}

/** Keeps the pods of a group evenly spread over zones, hosts or whatever the constraint names. */
export const podTopologySpread: Plugin = {
  name: 'PodTopologySpread',
  weight: 2,
  wakesOn: ['node added', 'node labels', 'pod added', 'pod labels', 'pod removed'],
  filter(pod, nodes) {
    const spreads = spreadsOf(pod, nodes, 'DoNotSchedule')
    if (spreads.length === 0) return undefined
    const minimums = spreads.map(minimumOf)
    return node => {
      for (const [index, { constraint, counts, selfMatch }] of spreads.entries()) {
        const domain = node.labels?.[constraint.topologyKey]
        if (domain === undefined) return unlabelled
        const count = (counts.get(domain) ?? 0) + Number(selfMatch)
        if (count - (minimums[index] ?? 0) > constraint.maxSkew) return skewed
      }
      return undefined
    }
  },
  score(pod, nodes) {
    const spreads = spreadsOf(pod, nodes, 'ScheduleAnyway')
    if (spreads.length === 0) return undefined
    return {
      score: node => spreads.reduce((sum, spread) => sum + crowding(spread, node), 0),
      normalize: normalizeCrowding,
    }
  },
}

function spreadsOf(
  info: PodInfo,
  nodes: readonly NodeState[],
  when: TopologySpreadConstraint['whenUnsatisfiable'],
): Spread[] {
  const { pod } = info
  const constraints = (pod.spec?.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === when,
  )
  return constraints.map(constraint => {
    const selector = selectorOf(constraint, pod)
    const counts = new Map<string, number>()
    for (const node of nodes) {
      const domain = node.labels?.[constraint.topologyKey]
      if (domain === undefined || !isCounted(constraint, pod, node)) continue
      counts.set(domain, (counts.get(domain) ?? 0) + countMatching(node, pod, selector))
    }
    return { constraint, counts, selfMatch: matchesLabelSelector(selector, pod.metadata.labels) }
  })
}

/** Whether a node's pods count, by the constraint's policies on affinity and taints. */
function isCounted(constraint: TopologySpreadConstraint, pod: Pod, node: NodeState): boolean {
  const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint
  if (nodeAffinityPolicy === 'Honor' && !matchesNodeRules(pod.spec, node)) return false
  if (nodeTaintsPolicy === 'Ignore') return true
  return (node.node?.spec?.taints ?? []).every(
    taint => taint.effect === 'PreferNoSchedule' || findToleration(pod.spec?.tolerations, taint),
  )
}

function selectorOf(constraint: TopologySpreadConstraint, pod: Pod): LabelSelector | undefined {
  const { labelSelector, matchLabelKeys = [] } = constraint
  const own = matchLabelKeys.flatMap(key => {
    const value = pod.metadata.labels?.[key]
    return value === undefined ? [] : [{ key, operator: 'In', values: [value] }]
  })
  if (own.length === 0) return labelSelector
  return {
    ...labelSelector,
    matchExpressions: [...(labelSelector?.matchExpressions ?? []), ...own],
  } as LabelSelector
}

function countMatching(
  node: NodeState,
  { metadata }: Stored<Pod>,
  selector: LabelSelector | undefined,
): number {
  let count = 0
  for (const { pod } of node.pods.values()) {
    if (pod.metadata.namespace !== metadata.namespace || pod.metadata.deletionTimestamp) continue
    if (matchesLabelSelector(selector, pod.metadata.labels)) count++
  }
  return count
}

/** The emptiest domain's count; 0 while there are fewer domains than `minDomains`. */
function minimumOf({ constraint, counts }: Spread): number {
  if (counts.size < (constraint.minDomains ?? 1)) return 0
  return counts.size === 0 ? 0 : Math.min(...counts.values())
}

/** How crowded the node's domain is, weighed so that topologies of few domains count as much as those of many. */
function crowding({ constraint, counts }: Spread, node: NodeState): number {
  const domain = node.labels?.[constraint.topologyKey]
  if (domain === undefined) return Number.POSITIVE_INFINITY
  return (counts.get(domain) ?? 0) * Math.log(counts.size + 2) + constraint.maxSkew - 1
}

function normalizeCrowding(scores: number[]): void {
  const known = scores.filter(Number.isFinite)
  const least = Math.min(...known)
  const most = Math.max(...known)
  for (const [index, score] of scores.entries()) {
    if (!Number.isFinite(score)) scores[index] = 0
    else if (most === 0) scores[index] = maxNodeScore
    else scores[index] = Math.floor((maxNodeScore * (most + least - score)) / most)
  }
}
