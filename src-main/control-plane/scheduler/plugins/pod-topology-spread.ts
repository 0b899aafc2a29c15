import type { Pod, Taint, TopologySpreadConstraint } from '#kubernetes/api/core-v1.ts'
import { hasNodeRules, matchesNodeRules } from '#kubernetes/selectors/node-selector.ts'
import { findToleration } from '#kubernetes/taints.ts'
import { withLabelKeys } from '../affinity-terms.ts'
import { type ClusterListers, maxNodeScore, type NodeScorer, type Plugin } from '../framework.ts'
import { groupSelector } from '../group-selector.ts'
import type { NodeState } from '../node-state.ts'
import type { PodInfo } from '../pod-info.ts'
import { type PodQuery, podQuery } from '../pod-query.ts'

const skewed = { reasons: ["node(s) didn't match pod topology spread constraints"], final: false }
const unlabelled = {
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  final: true,
}
const hostname = 'kubernetes.io/hostname'

export type DefaultConstraint = Pick<
  TopologySpreadConstraint,
  'maxSkew' | 'topologyKey' | 'whenUnsatisfiable'
>

export interface PodTopologySpreadArgs {
  /** For pods of a Service or a workload that have no constraints of their own. */
  defaultConstraints: readonly DefaultConstraint[]
  /** Whether those are the built-in ones, which don't ask that a node has all of their labels. */
  areBuiltIn: boolean
}

/** A constraint with the pods that it speaks of. */
interface Rule {
  constraint: TopologySpreadConstraint
  query: PodQuery
  selfMatch: boolean
}

/** Keeps the pods of a group evenly spread over zones, hosts or whatever the constraint names. */
export function podTopologySpread(args: PodTopologySpreadArgs): Plugin {
  return {
    name: 'PodTopologySpread',
    wakesOn: ['node added', 'node labels', 'node taints', 'pod added', 'pod labels', 'pod removed'],
    mayHelp: ({ pod }, { pod: other }) =>
      other === undefined || other.metadata.namespace === pod.metadata.namespace,
    filter(info, nodes, listers) {
      const rules = rulesOf(info, 'DoNotSchedule', listers, args)
      if (rules.length === 0) return undefined
      const keys = rules.map(({ constraint }) => constraint.topologyKey)
      const counted = nodes.filter(node => hasAll(node, keys))
      const domains = rules.map(rule => countDomains(rule, info.pod, counted))
      const minimums = rules.map((rule, index) => minimumOf(rule, domains[index]))
      return node => {
        for (const [index, { constraint, selfMatch }] of rules.entries()) {
          const domain = node.labels?.[constraint.topologyKey]
          if (domain === undefined) return unlabelled
          const count = (domains[index]?.get(domain) ?? 0) + Number(selfMatch)
          if (count - (minimums[index] ?? 0) > constraint.maxSkew) return skewed
        }
        return undefined
      }
    },
    score(info, nodes, listers, feasible) {
      const rules = rulesOf(info, 'ScheduleAnyway', listers, args)
      const isOwn = (info.pod.spec?.topologySpreadConstraints ?? []).length > 0
      const needsAllLabels = isOwn || !args.areBuiltIn
      return rules.length === 0
        ? undefined
        : crowdingScorer(info.pod, rules, nodes, feasible, needsAllLabels)
    },
  }
}

function rulesOf(
  info: PodInfo,
  when: TopologySpreadConstraint['whenUnsatisfiable'],
  listers: ClusterListers,
  { defaultConstraints }: PodTopologySpreadArgs,
): Rule[] {
  const { pod } = info
  const own = pod.spec?.topologySpreadConstraints ?? []
  const wanted = (own.length > 0 ? own : defaultConstraints).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === when,
  )
  if (wanted.length === 0) return []
  const group = own.length > 0 ? undefined : groupSelector(pod, listers)
  if (own.length === 0 && !group) return []
  return wanted.map((constraint: TopologySpreadConstraint) => {
    const selector = group ?? withLabelKeys(constraint.labelSelector, pod, constraint)
    const query = podQuery([pod.metadata.namespace ?? ''], selector, { leaving: false })
    return { constraint, query, selfMatch: query.matches(pod) }
  })
}

/** How many pods each domain holds, of those on nodes that count. */
function countDomains(rule: Rule, pod: Pod, nodes: readonly NodeState[]): Map<string, number> {
  const { topologyKey } = rule.constraint
  const isCounted = countedBy(rule.constraint, pod)
  const counts = new Map<string, number>()
  for (const node of nodes) {
    const domain = node.labels?.[topologyKey]
    if (domain === undefined || !isCounted(node)) continue
    counts.set(domain, (counts.get(domain) ?? 0) + node.count(rule.query))
  }
  return counts
}

/** Whether a node's pods count, by a constraint's policies on affinity and taints. */
function countedBy(constraint: TopologySpreadConstraint, { spec }: Pod) {
  const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint
  const byRules = nodeAffinityPolicy === 'Honor' && hasNodeRules(spec)
  const byTaints = nodeTaintsPolicy === 'Honor'
  const isTolerated = (taint: Taint) =>
    taint.effect === 'PreferNoSchedule' || findToleration(spec?.tolerations, taint) !== undefined
  return (node: NodeState): boolean =>
    (!byRules || matchesNodeRules(spec, node)) &&
    (!byTaints || (node.node?.spec?.taints ?? []).every(isTolerated))
}

const hasAll = ({ labels }: NodeState, keys: readonly string[]): boolean =>
  keys.every(key => labels?.[key] !== undefined)

/** The emptiest domain's count; 0 while there are fewer domains than `minDomains`. */
function minimumOf({ constraint }: Rule, counts: Map<string, number> | undefined): number {
  if (!counts || counts.size < (constraint.minDomains ?? 1)) return 0
  let least = Number.POSITIVE_INFINITY
  for (const count of counts.values()) if (count < least) least = count
  return least
}

/**
 * Compares nodes by how crowded their domains are, weighed so that topologies of few domains count as much as those of
 * many. Nodes without the labels come last.
 */
function crowdingScorer(
  pod: Pod,
  rules: Rule[],
  nodes: readonly NodeState[],
  feasible: readonly NodeState[],
  needsAllLabels: boolean,
): NodeScorer {
  const keys = rules.map(({ constraint }) => constraint.topologyKey)
  const isLeftOut = (node: NodeState) => needsAllLabels && !hasAll(node, keys)
  const compared = needsAllLabels ? feasible.filter(node => hasAll(node, keys)) : feasible
  const counted = needsAllLabels ? nodes.filter(node => hasAll(node, keys)) : nodes
  const parts = rules.map(rule => {
    const { topologyKey, maxSkew } = rule.constraint
    if (topologyKey === hostname) {
      return { rule, maxSkew, counts: undefined, weight: Math.log(compared.length + 2) }
    }
    const domains = new Set(compared.map(({ labels }) => labels?.[topologyKey]))
    domains.delete(undefined)
    const counts = countDomains(rule, pod, counted)
    return { rule, maxSkew, counts, weight: Math.log(domains.size + 2) }
  })
  return {
    score(node) {
      if (isLeftOut(node)) return Number.POSITIVE_INFINITY
      let sum = 0
      for (const { rule, counts, weight, maxSkew } of parts) {
        const domain = node.labels?.[rule.constraint.topologyKey]
        if (domain === undefined) continue
        const count = counts ? (counts.get(domain) ?? 0) : node.count(rule.query)
        sum += count * weight + maxSkew - 1
      }
      return Math.round(sum)
    },
    normalize: normalizeCrowding,
  }
}

function normalizeCrowding(scores: number[]): void {
  let least = Number.POSITIVE_INFINITY
  let most = 0
  for (const score of scores) {
    if (!Number.isFinite(score)) continue
    if (score < least) least = score
    if (score > most) most = score
  }
  for (const [index, score] of scores.entries()) {
    if (!Number.isFinite(score)) scores[index] = 0
    else if (most === 0) scores[index] = maxNodeScore
    else scores[index] = Math.floor((maxNodeScore * (most + least - score)) / most)
  }
}
