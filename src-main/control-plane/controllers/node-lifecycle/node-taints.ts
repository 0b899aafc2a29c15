import { formatTime } from '#base/clock.ts'
import type { Node, Taint } from '#kubernetes/api/core-v1.ts'
import { readyStatus } from './node-conditions.ts'

const notReady = 'node.kubernetes.io/not-ready'
const unreachable = 'node.kubernetes.io/unreachable'
const unschedulable = 'node.kubernetes.io/unschedulable'
/** Conditions that keep pods away while they are `True`. */
const pressure: Record<string, string> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
}
const managed = new Set([notReady, unreachable, unschedulable, ...Object.values(pressure)])

/**
 * The taints that follow from a node's conditions, beside those that others set; undefined when it has them.
 * `evict` also asks for the `NoExecute` taint of a node that is not ready or out of reach.
 */
export function withTaints(
  node: Node,
  { evict, now }: { evict: boolean; now: number },
): Taint[] | undefined {
  const old = node.spec?.taints ?? []
  const wanted = wantedTaints(node, evict)
  const kept = old.filter(
    taint =>
      !isManaged(taint) ||
      wanted.some(({ key, effect }) => taint.key === key && taint.effect === effect),
  )
  const added = wanted.filter(
    ({ key, effect }) => !kept.some(taint => taint.key === key && taint.effect === effect),
  )
  if (added.length === 0 && kept.length === old.length) return undefined
  return [...kept, ...added.map(taint => ({ ...taint, timeAdded: formatTime(now) }))]
}

const isManaged = ({ key, effect }: Taint): boolean =>
  managed.has(key) &&
  (effect === 'NoSchedule' || (effect === 'NoExecute' && (key === notReady || key === unreachable)))

function wantedTaints(node: Node, evict: boolean): Taint[] {
  const taints: Taint[] = []
  const ready = readyStatus(node)
  const key = ready === 'Unknown' ? unreachable : notReady
  // A node that hasn't reported keeps the not-ready taint that it was registered with.
  if (ready !== 'True') taints.push({ key, effect: 'NoSchedule' })
  if (ready !== 'True' && ready !== undefined && evict) taints.push({ key, effect: 'NoExecute' })
  for (const { type, status } of node.status?.conditions ?? []) {
    const pressureKey = pressure[type]
    if (pressureKey && status === 'True') taints.push({ key: pressureKey, effect: 'NoSchedule' })
  }
  if (node.spec?.unschedulable) taints.push({ key: unschedulable, effect: 'NoSchedule' })
  return taints
}
