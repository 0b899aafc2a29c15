import type { Rejection } from './framework.ts'

const noVictims = 'No preemption victims found for incoming pod'
const notHelpful = 'Preemption is not helpful for scheduling'

/** Why a pod fits nowhere: what each node said, or what a rule said of the pod whatever the node. */
export interface FitFailure {
  nodeCount: number
  /** By node, the first rejection. */
  rejections: readonly Rejection[]
  /** A rejection of the pod itself. */
  message?: string
  /** The rules that rejected it; a change that concerns them wakes the pod. */
  plugins: ReadonlySet<string>
}

/**
 * The message of a pod that fits nowhere, as kube-scheduler words it:
 * `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s). preemption: 0/3 nodes are available:
 * 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.`
 */
export function fitMessage({ nodeCount, rejections, message }: FitFailure, never: boolean): string {
  if (nodeCount === 0) return 'no nodes available to schedule pods'
  const head = `0/${nodeCount} nodes are available:`
  const why = message ?? countReasons(rejections.flatMap(({ reasons }) => reasons))
  if (never) return `${head} ${why}. preemption: not eligible due to preemptionPolicy=Never.`
  const preemption = countReasons(
    message === undefined
      ? rejections.map(({ final }) => (final ? notHelpful : noVictims))
      : Array.from({ length: nodeCount }, () => notHelpful),
  )
  return `${head} ${why}. preemption: ${head} ${preemption}.`
}

/** `1 Insufficient cpu, 2 node(s) were unschedulable`, sorted as text. */
function countReasons(reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ')
}
