import { occupiedAmounts, podAmounts } from '#kubernetes/pod-resources.ts'
import { quantityMilliValue, quantityValue } from '#kubernetes/quantity.ts'
import { type Amounts, addAmounts } from '#kubernetes/resource-amounts.ts'
import type { BoundPod } from '../pod-facts.ts'
import type { Rejection } from './rejection.ts'

/** Whether a pod finds room beside others: a place, what it asks for, and its ports of the host; in the kubelet's words. */
export function refuseRoom(
  pod: BoundPod,
  others: readonly BoundPod[],
  allocatable: Amounts,
): Rejection | undefined {
  const places = allocatable['pods'] === undefined ? Infinity : quantityValue(allocatable['pods'])
  if (others.length >= places)
    return lacking('pods', { requested: 1, used: others.length, capacity: places })
  return refuseAmounts(pod, others, allocatable) ?? refusePorts(pod, others)
}

function refuseAmounts(
  { spec }: BoundPod,
  others: readonly BoundPod[],
  allocatable: Amounts,
): Rejection | undefined {
  const requests = podAmounts(spec, 'requests')
  const named = Object.keys(requests).filter(name => allocatable[name] !== undefined)
  if (named.length === 0) return undefined
  const usedByOthers = others.reduce<Amounts>(
    (sum, other) => addAmounts(sum, occupiedAmounts(other, 'requests')),
    {},
  )
  for (const name of named.sort((a, b) => rank(a) - rank(b))) {
    const [requested, used, capacity] = [requests, usedByOthers, allocatable].map(amounts =>
      countOf(name, amounts),
    ) as [number, number, number]
    if (requested > 0 && requested > capacity - used)
      return lacking(name, { requested, used, capacity })
  }
  return undefined
}

interface Count {
  requested: number
  used: number
  capacity: number
}

const lacking = (name: string, { requested, used, capacity }: Count): Rejection => ({
  reason: `OutOf${name}`,
  message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
})

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
