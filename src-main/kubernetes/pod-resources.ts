import type { Container, ContainerStatus, Pod, PodSpec } from './api/core-v1.ts'
import { podCondition } from './pod-state.ts'
import { type Amounts, addAmounts, maxAmounts } from './resource-amounts.ts'

/**
 * What a pod needs, or may use, as a whole: its containers together, or as much as its init containers need while it
 * starts, whichever is more. Sidecars count with both. What the pod itself says of a resource wins over its containers.
 */
export function podAmounts(spec: PodSpec, which: 'requests' | 'limits'): Amounts {
  let running: Amounts = {}
  for (const { resources } of spec.containers ?? []) {
    running = addAmounts(running, resources?.[which] ?? {})
  }
  let sidecars: Amounts = {}
  let starting: Amounts = {}
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    const own = resources?.[which] ?? {}
    const during = addAmounts(sidecars, own)
    if (restartPolicy === 'Always') sidecars = during
    starting = maxAmounts(starting, during)
  }
  const total = {
    ...maxAmounts(addAmounts(running, sidecars), starting),
    ...spec.resources?.[which],
  }
  return withOverhead(total, spec, which)
}

/**
 * What a pod takes, or may take, of its node while it may be resized: of each container the most of what it asks for, was
 * given and has. What its node can never give it doesn't count.
 */
export function occupiedAmounts(pod: Pod, which: 'requests' | 'limits'): Amounts {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  if (!containerStatuses.some(({ resources }) => resources)) return podAmounts(pod.spec, which)
  const isInfeasible = podCondition(pod, 'PodResizePending')?.reason === 'Infeasible'
  const statuses = new Map(
    [...initContainerStatuses, ...containerStatuses].map(status => [status.name, status]),
  )
  const occupied = (container: Container): Container => {
    const status = statuses.get(container.name)
    if (!status?.resources) return container
    const asked = container.resources?.[which] ?? {}
    const had = amountsHad(status, which)
    if (had.every(amounts => isSameText(amounts, asked))) return container
    const amounts = had.reduce(maxAmounts, isInfeasible ? {} : asked)
    return { ...container, resources: { ...container.resources, [which]: amounts } }
  }
  const initContainers = (pod.spec.initContainers ?? []).map(container =>
    container.restartPolicy === 'Always' ? occupied(container) : container,
  )
  const containers = (pod.spec.containers ?? []).map(occupied)
  return podAmounts({ ...pod.spec, initContainers, containers }, which)
}

/** What a container was given, which the API says of requests alone, and what it has. */
const amountsHad = (
  { allocatedResources, resources }: ContainerStatus,
  which: 'requests' | 'limits',
): Amounts[] => [
  ...(which === 'requests' && allocatedResources ? [allocatedResources] : []),
  resources?.[which] ?? {},
]

const isSameText = (a: Amounts, b: Amounts): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, amount]) => b[name] === amount)

/** Overhead adds to limits only where there are some. */
function withOverhead(total: Amounts, { overhead }: PodSpec, which: string): Amounts {
  if (!overhead) return total
  const counted = Object.entries(overhead).filter(
    ([name]) => which === 'requests' || total[name] !== undefined,
  )
  return addAmounts(total, Object.fromEntries(counted))
}
