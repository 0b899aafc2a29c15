import type { ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import { compareQuantities } from '#kubernetes/quantity.ts'
import type { RuntimeContainer } from '../../runtimes/container-runtime.ts'
import type { AnyContainer } from '../pod-facts.ts'
import { isSameQuantity, type ResizableResource, resizableResources } from './pod-resources.ts'

/** A running container, what it was given and what it has. */
export interface RunningContainer {
  /** With the resources it was given. */
  container: AnyContainer
  running: RuntimeContainer
  actual: ResourceRequirements
}

/** A change of one resource of a container that runs on. */
export interface ResizeUpdate extends RunningContainer {
  resource: ResizableResource
}

export interface ResizeSteps {
  /** Containers that take up their resources only by a restart. */
  restart: RunningContainer[]
  /** Memory before CPU, and what takes less before what takes more. */
  update: ResizeUpdate[]
}

/** What has to be done so that containers have what they were given. */
export function resizeSteps(containers: readonly RunningContainer[]): ResizeSteps {
  const changes = containers.map(one => ({
    ...one,
    changed: resizableResources.filter(resource => differs(one, resource)),
  }))
  const needsRestart = ({ container, changed }: (typeof changes)[number]) =>
    changed.some(resource => policyOf(container, resource) === 'RestartContainer')
  const running = changes.filter(one => !needsRestart(one))
  const updates = (resource: ResizableResource) =>
    running
      .filter(({ changed }) => changed.includes(resource))
      .map(one => ({ ...one, resource }))
      .sort((a, b) => direction(a) - direction(b))
  return {
    restart: changes.filter(needsRestart),
    update: [...updates('memory'), ...updates('cpu')],
  }
}

function differs({ container, actual }: RunningContainer, resource: ResizableResource): boolean {
  const { requests, limits } = container.resources ?? {}
  return !(
    isSameQuantity(requests?.[resource], actual.requests?.[resource]) &&
    isSameQuantity(limits?.[resource], actual.limits?.[resource])
  )
}

const policyOf = ({ resizePolicy = [] }: AnyContainer, resource: ResizableResource) =>
  resizePolicy.find(({ resourceName }) => resourceName === resource)?.restartPolicy ?? 'NotRequired'

/** Negative when the container is to have less, by its limit, or by its request where that stays. */
function direction({ container, actual, resource }: ResizeUpdate): number {
  const amounts = container.resources ?? {}
  const byLimit = compare(amounts.limits?.[resource], actual.limits?.[resource])
  return byLimit || compare(amounts.requests?.[resource], actual.requests?.[resource])
}

/** What isn't limited has no end. */
function compare(to: string | undefined, from: string | undefined): number {
  if (to === undefined || from === undefined)
    return Number(to === undefined) - Number(from === undefined)
  return compareQuantities(to, from)
}

/** Whether a container gets a lower limit of memory, or its first, which it must not use more than already. */
export const lowersMemory = ({ container, actual, resource }: ResizeUpdate): boolean =>
  resource === 'memory' &&
  compare(container.resources?.limits?.['memory'], actual.limits?.['memory']) < 0
