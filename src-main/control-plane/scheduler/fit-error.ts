import type { Rejection } from './framework.ts'
import type { NodeState } from './node-state.ts'

/** What a node's first objection was, and whose. */
export interface NodeRejection extends Rejection {
  readonly plugin: string
}

/** Why a pod fits nowhere: what each node said, or what a rule said of the pod whatever the node. */
export interface FitFailure {
  nodeCount: number
  /** The first rejection of each node. */
  rejections: ReadonlyMap<NodeState, NodeRejection>
  /** A rejection of the pod itself. */
  message?: string
  /** The rules that rejected it; a change that concerns them wakes the pod. */
  plugins: ReadonlySet<string>
}

/**
 * The message of a pod that fits nowhere, as kube-scheduler words it:
 * `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s). no new claims to deallocate,
 * preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for
 * scheduling.`
 * `tried` is what came of looking for claims to deallocate and pods to displace; empty when some were found.
 */
export function fitMessage({ nodeCount, rejections, message }: FitFailure, tried: string): string {
  if (nodeCount === 0) return 'no nodes available to schedule pods'
  const why = message ?? countReasons([...rejections.values()].flatMap(({ reasons }) => reasons))
  const text = `${nodesText(nodeCount)} ${why}.`
  return tried ? `${text} ${tried}` : text
}

/** `0/3 nodes are available:` */
export const nodesText = (nodeCount: number): string => `0/${nodeCount} nodes are available:`

/** `1 Insufficient cpu, 2 node(s) were unschedulable`, sorted as text. */
export function countReasons(reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ')
}
