import type { BoundPod } from '../pod-facts.ts'
import { requestOf } from './refuse-room.ts'
import type { Shortage } from './rejection.ts'

/** From this priority on a pod is critical, as `system-cluster-critical` and `system-node-critical` are. */
const criticalPriority = 2_000_000_000

export const isCritical = ({ spec }: BoundPod): boolean => (spec.priority ?? 0) >= criticalPriority

/** Something that has a pod on the node. */
interface Placed {
  readonly given: BoundPod
}

/**
 * Whose room a critical pod takes, as the kubelet chooses: pods less important than it, as few guaranteed ones as will do,
 * then burstable, then best-effort ones; of each kind those that come nearest to what is short. None where even all of
 * them would not do: `unmet` is then what would be short still.
 */
export function podsToPreempt<T extends Placed>(
  pod: BoundPod,
  others: readonly T[],
  short: readonly Shortage[],
): { preempted: T[]; unmet: Shortage[] } {
  const lesser = others.filter(({ given }) => isLess(given, pod))
  const of = (qosClass: string) =>
    lesser.filter(({ given }) => (given.status?.qosClass ?? 'BestEffort') === qosClass)
  const [bestEffort, burstable, guaranteed] = ['BestEffort', 'Burstable', 'Guaranteed'].map(of) as [
    T[],
    T[],
    T[],
  ]
  const unmet = without(short, lesser)
  if (unmet.length) return { preempted: [], unmet }
  const first = nearest(guaranteed, without(short, [...bestEffort, ...burstable]))
  const second = nearest(burstable, without(short, [...bestEffort, ...first]))
  const third = nearest(bestEffort, without(short, [...second, ...first]))
  return { preempted: [...third, ...second, ...first], unmet }
}

/** A critical pod goes before all that are not, and before those of a smaller priority. */
const isLess = (other: BoundPod, pod: BoundPod): boolean =>
  (isCritical(pod) && !isCritical(other)) || (other.spec.priority ?? 0) < (pod.spec.priority ?? 0)

/** What is still short when these have gone. */
const without = (short: readonly Shortage[], gone: readonly Placed[]): Shortage[] =>
  short
    .map(({ name, amount }) => ({
      name,
      amount: gone.reduce((left, { given }) => left - requestOf(name, given), amount),
    }))
    .filter(({ amount }) => amount > 0)

function nearest<T extends Placed>(candidates: readonly T[], short: readonly Shortage[]): T[] {
  const left = [...candidates]
  const chosen: T[] = []
  for (let missing = [...short]; missing.length && left.length; ) {
    left.sort((a, b) => distance(a, missing) - distance(b, missing) || bySize(a, b))
    const [next] = left.splice(0, 1)
    if (!next) break
    chosen.push(next)
    missing = without(missing, [next])
  }
  return chosen
}

/** How much of what is short a pod would leave unmet. */
const distance = ({ given }: Placed, short: readonly Shortage[]): number =>
  short.reduce((sum, { name, amount }) => {
    const left = Math.max(0, amount - requestOf(name, given))
    return sum + (left / amount) ** 2
  }, 0)

const bySize = ({ given: a }: Placed, { given: b }: Placed): number =>
  requestOf('memory', a) - requestOf('memory', b) || requestOf('cpu', a) - requestOf('cpu', b)
