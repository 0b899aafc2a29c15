import { occupiedAmounts, podAmounts } from '#kubernetes/pod-resources.ts'
import { quantityMilliValue, quantityValue } from '#kubernetes/quantity.ts'
import { type Amounts, addAmounts } from '#kubernetes/resource-amounts.ts'
import type { BoundPod } from '../pod-facts.ts'
import type { Rejection, Shortage } from './rejection.ts'

/** Whether a pod finds room beside others: a place, what it asks for, and its ports of the host; in the kubelet's words. */
export function refuseRoom(
  pod: BoundPod,
  others: readonly BoundPod[],
  allocatable: Amounts,
): Rejection | undefined {
  const counts = lacking(pod, others, allocatable)
  const ports = refusePorts(pod, others)
  const [first] = counts
  if (!first) return ports
  const { name, requested, used, capacity } = first
  return {
    reason: `OutOf${name}`,
    message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
    ...(ports ? {} : { short: counts.map(shortageOf) }),
  }
}

/** Everything that the node has too little of. */
function lacking(pod: BoundPod, others: readonly BoundPod[], allocatable: Amounts): Count[] {
  const capacityOf = (name: string) => countOf(name, allocatable)
  const capacity = allocatable['pods'] === undefined ? Infinity : capacityOf('pods')
  const places = { name: 'pods', requested: 1, used: others.length, capacity }
  const named = Object.keys(podAmounts(pod.spec, 'requests'))
    .filter(name => allocatable[name] !== undefined)
    .sort((a, b) => rank(a) - rank(b))
  const usedByOthers = named.length ? others.reduce<Amounts>(withOccupied, {}) : {}
  const counts = named.map(name => ({
    name,
    requested: requestOf(name, pod),
    used: countOf(name, usedByOthers),
    capacity: capacityOf(name),
  }))
  return [places, ...counts].filter(
    ({ requested, used, capacity }) => requested > 0 && requested > capacity - used,
  )
}

interface Count {
  name: string
  requested: number
  used: number
  capacity: number
}

const withOccupied = (sum: Amounts, other: BoundPod): Amounts =>
  addAmounts(sum, occupiedAmounts(other, 'requests'))

const shortageOf = ({ name, requested, used, capacity }: Count): Shortage => ({
  name,
  amount: requested - (capacity - used),
})

/** What a pod asks for of a resource; of `pods`, itself. */
export const requestOf = (name: string, { spec }: BoundPod): number =>
  name === 'pods' ? 1 : countOf(name, podAmounts(spec, 'requests'))

/** Upstream looks at these first, in this order. */
const first = ['cpu', 'memory', 'ephemeral-storage']
const rank = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length)

/** Thousandths of a CPU, bytes, or plain numbers. */
const countOf = (name: string, amounts: Amounts): number =>
  (name === 'cpu' ? quantityMilliValue : quantityValue)(amounts[name] ?? '0')

function refusePorts(pod: BoundPod, others: readonly BoundPod[]): Rejection | undefined {
  const wanted = hostPorts(pod)
  const isTaken =
    wanted.length > 0 &&
    others.flatMap(hostPorts).some(taken => wanted.some(port => collide(port, taken)))
  return isTaken
    ? {
        reason: 'NodePorts',
        message:
          "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
      }
    : undefined
}

interface HostPort {
  ip: string
  protocol: string
  port: number
}

const anyAddress = '0.0.0.0'
const hostPorts = ({ spec }: BoundPod): HostPort[] =>
  spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, hostIP, protocol = 'TCP' }) =>
      hostPort ? { ip: hostIP || anyAddress, protocol, port: hostPort } : [],
    ),
  )
const collide = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.ip === b.ip || a.ip === anyAddress || b.ip === anyAddress)
