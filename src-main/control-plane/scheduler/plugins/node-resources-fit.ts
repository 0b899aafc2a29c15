import { occupiedAmounts } from '#kubernetes/pod-resources.ts'
import { maxNodeScore, type NodeScorer, type Plugin, type Rejection } from '../framework.ts'
import type { NodeState } from '../node-state.ts'
import type { PodInfo } from '../pod-info.ts'
import { parseResources } from '../resources.ts'

const tooManyPods = { reasons: ['Too many pods'], final: false }

export interface ResourceWeight {
  name: string
  weight: number
}

/** How nodes that have room are compared. */
export type ScoringStrategy =
  | { type: 'LeastAllocated' | 'MostAllocated'; resources: readonly ResourceWeight[] }
  | {
      type: 'RequestedToCapacityRatio'
      resources: readonly ResourceWeight[]
      /** Points of a curve: utilization in percent, score from 0 to 10. */
      shape: readonly { utilization: number; score: number }[]
    }

export interface NodeResourcesFitArgs {
  ignoredResources: readonly string[]
  /** Whole groups of extended resources, such as `example.com`. */
  ignoredResourceGroups: readonly string[]
  strategy: ScoringStrategy
}

/** A node must have what the pod requests left; those that have are compared by the profile's strategy. */
export function nodeResourcesFit(args: NodeResourcesFitArgs): Plugin {
  const isIgnored = (name: string) =>
    args.ignoredResources.includes(name) ||
    args.ignoredResourceGroups.includes(name.split('/')[0] ?? '')
  const wantedBy = ({ requests }: PodInfo) =>
    Object.entries(requests).filter(([name, amount]) => amount > 0 && !isIgnored(name))
  return {
    name: 'NodeResourcesFit',
    wakesOn: ['node added', 'node allocatable', 'pod removed'],
    mayHelp(info, { node, pod }) {
      const wanted = wantedBy(info)
      if (node) return !wanted.some(([name, amount]) => amount > (node.allocatable[name] ?? 0))
      if (!pod || wanted.length === 0) return true
      const freed = parseResources(occupiedAmounts(pod, 'requests'))
      return pod.metadata.uid === info.uid || wanted.some(([name]) => (freed[name] ?? 0) > 0)
    },
    filter(info) {
      const wanted = wantedBy(info)
      return node => {
        let rejection: Rejection | undefined
        if (node.pods.size + 1 > node.maxPods) rejection = tooManyPods
        for (const [name, amount] of wanted) {
          const allocatable = node.allocatable[name] ?? 0
          if (amount <= allocatable - (node.requested[name] ?? 0)) continue
          rejection = {
            reasons: [...(rejection?.reasons ?? []), `Insufficient ${name}`],
            final: rejection?.final === true || amount > allocatable,
          }
        }
        return rejection
      }
    },
    score: info => allocationScorer(info, args.strategy),
  }
}

function allocationScorer(info: PodInfo, strategy: ScoringStrategy): NodeScorer {
  const scoreOne = scorerOf(strategy)
  const counted = strategy.resources.filter(
    ({ name }) => name === 'cpu' || name === 'memory' || (info.requests[name] ?? 0) > 0,
  )
  const isRatio = strategy.type === 'RequestedToCapacityRatio'
  return {
    score(node) {
      let sum = 0
      let weights = 0
      for (const { name, weight } of counted) {
        const allocatable = node.allocatable[name] ?? 0
        if (allocatable === 0) continue
        const score = scoreOne(usedWith(info, node, name), allocatable)
        if (isRatio && score === 0) continue
        sum += score * weight
        weights += weight
      }
      if (weights === 0) return 0
      return isRatio ? Math.round(sum / weights) : Math.floor(sum / weights)
    },
  }
}

/** What would be used of a resource. Containers without requests count as if they needed something. */
function usedWith(info: PodInfo, node: NodeState, name: string): number {
  if (name === 'cpu') return node.assumedMilliCpu + info.assumedMilliCpu
  if (name === 'memory') return node.assumedMemory + info.assumedMemory
  return (node.requested[name] ?? 0) + (info.requests[name] ?? 0)
}

type ScoreOne = (used: number, allocatable: number) => number

function scorerOf(strategy: ScoringStrategy): ScoreOne {
  switch (strategy.type) {
    case 'LeastAllocated':
      return (used, allocatable) =>
        used > allocatable ? 0 : Math.floor(((allocatable - used) * maxNodeScore) / allocatable)
    case 'MostAllocated':
      return (used, allocatable) =>
        Math.floor((Math.min(used, allocatable) * maxNodeScore) / allocatable)
    case 'RequestedToCapacityRatio': {
      const { shape } = strategy
      return (used, allocatable) =>
        onCurve(shape, used > allocatable ? 100 : Math.floor((used * 100) / allocatable)) *
        (maxNodeScore / 10)
    }
  }
}

/** The curve through some points, level before the first and behind the last. */
function onCurve(shape: readonly { utilization: number; score: number }[], at: number): number {
  const next = shape.findIndex(({ utilization }) => at <= utilization)
  const after = shape[next]
  const before = shape[next - 1]
  if (!after) return shape.at(-1)?.score ?? 0
  if (!before) return after.score
  const share = (at - before.utilization) / (after.utilization - before.utilization)
  return Math.trunc((before.score + (after.score - before.score) * share) * 10) / 10
}
