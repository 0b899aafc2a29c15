import type { PodSpec, ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import { compareQuantities } from '#kubernetes/quantity.ts'
import type { Amounts } from '#kubernetes/resource-amounts.ts'
import { type AnyContainer, type BoundPod, isSidecar } from '../pod-facts.ts'

/** What each container of a pod that can be resized is given, by its name. */
export type PodResources = ReadonlyMap<string, ResourceRequirements>

/** The only resources that can change while a pod runs. */
export const resizableResources = ['cpu', 'memory'] as const

export type ResizableResource = (typeof resizableResources)[number]

/** Containers that can be resized: those that run as long as the pod does. */
export const resizableContainers = ({ spec }: BoundPod): AnyContainer[] => [
  ...(spec.initContainers ?? []).filter(isSidecar),
  ...spec.containers,
]

/** What a pod's spec asks for. */
export const desiredResources = (pod: BoundPod): PodResources =>
  new Map(resizableContainers(pod).map(({ name, resources }) => [name, resources ?? {}]))

/** The pod with these resources in the place of those that its spec asks for. */
export function withResources(pod: BoundPod, resources: PodResources): BoundPod {
  const given = <T extends AnyContainer>(container: T): T => {
    const own = resources.get(container.name)
    return own ? { ...container, resources: own } : container
  }
  const { initContainers, containers } = pod.spec
  const spec: PodSpec = {
    ...pod.spec,
    ...(initContainers ? { initContainers: initContainers.map(given) } : {}),
    containers: containers.map(given),
  }
  return { ...pod, spec }
}

/** Whether every container is given the same CPU and memory by both, however they are written. */
export function areSameResources(a: PodResources, b: PodResources): boolean {
  return [...a].every(([name, own]) => {
    const other = b.get(name) ?? {}
    return areSameAmounts(own.requests, other.requests) && areSameAmounts(own.limits, other.limits)
  })
}

/** Whether both say the same of CPU and memory. What isn't set differs from what is. */
export const areSameAmounts = (a: Amounts = {}, b: Amounts = {}): boolean =>
  resizableResources.every(name => isSameQuantity(a[name], b[name]))

/** Whether both are unset, or the same amount. */
export const isSameQuantity = (a: string | undefined, b: string | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && compareQuantities(a, b) === 0)

/**
 * What a pod had been given when the kubelet wrote its status, for one that has just started. The status says of limits
 * only what runs, so that a resize of limits alone, which takes no room of others, counts as given.
 */
export function rememberedResources(pod: BoundPod): PodResources {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {}
  const statuses = new Map(
    [...initContainerStatuses, ...containerStatuses].map(status => [status.name, status]),
  )
  const desired = desiredResources(pod)
  const isGiven = [...desired].every(([name, { requests }]) => {
    const status = statuses.get(name)
    return !status || areSameAmounts(status.allocatedResources, requests)
  })
  if (isGiven) return desired
  return new Map(
    [...desired].map(([name, own]) => {
      const { allocatedResources: requests, resources } = statuses.get(name) ?? {}
      if (!requests && !resources) return [name, own]
      const { limits } = resources ?? {}
      return [name, { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) }]
    }),
  )
}
