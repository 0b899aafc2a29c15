import { maxNodeScore, type Plugin, type Rejection } from '../framework.ts'
import type { NodeState } from '../node-state.ts'
import type { PodInfo } from '../pod-info.ts'

const tooManyPods = 'Too many pods'

/** A node must have what the pod requests left; of those that have, the emptiest is liked best (`LeastAllocated`). */
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  wakesOn: ['node added', 'node allocatable', 'pod removed'],
  filter({ requests }) {
    const wanted = Object.entries(requests).filter(([, amount]) => amount > 0)
    return node => {
      let reasons: string[] | undefined
      let final = false
      if (node.pods.size + 1 > node.maxPods) reasons = [tooManyPods]
      for (const [name, amount] of wanted) {
        const allocatable = node.allocatable[name] ?? 0
        if (amount <= allocatable - (node.requested[name] ?? 0)) continue
        reasons = [...(reasons ?? []), `Insufficient ${name}`]
        if (amount > allocatable) final = true
      }
      return reasons && ({ reasons, final } satisfies Rejection)
    }
  },
  score: pod => ({ score: node => leastAllocated(pod, node) }),
}

function leastAllocated(pod: PodInfo, node: NodeState): number {
  const cpu = freeShare(node.allocatable['cpu'] ?? 0, node.assumedMilliCpu + pod.assumedMilliCpu)
  const memory = freeShare(node.allocatable['memory'] ?? 0, node.assumedMemory + pod.assumedMemory)
  return Math.floor((cpu + memory) / 2)
}

const freeShare = (allocatable: number, used: number): number =>
  allocatable === 0 || used > allocatable
    ? 0
    : Math.floor(((allocatable - used) * maxNodeScore) / allocatable)
