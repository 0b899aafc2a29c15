import type { ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import type { RuntimeContainer } from '../../runtimes/container-runtime.ts'
import type { AnyContainer, BoundPod } from '../pod-facts.ts'
import type { PodRuntimeState } from '../pod-runtime-state.ts'
import { resourceSettings } from '../resource-settings.ts'
import { actualResources } from './actual-resources.ts'
import { resizableContainers } from './pod-resources.ts'
import type { ResizeUpdate, RunningContainer } from './resize-steps.ts'

/** What the running containers of a pod have been granted: noted when it was done, since engines can't tell all of it. */
export class RunningResources {
  readonly #memoryBytes: number
  readonly #granted = new Map<string, ResourceRequirements>()

  /** `memoryBytes` is the node's memory. */
  constructor(memoryBytes: number) {
    this.#memoryBytes = memoryBytes
  }

  /** A container was started with these resources. */
  started(id: string, resources: ResourceRequirements | undefined): void {
    this.#granted.set(id, resources ?? {})
  }

  /** One resource of a container that runs on was changed to what it is given. */
  updated({ container, running, resource }: ResizeUpdate): void {
    const { requests, limits } = container.resources ?? {}
    const before = this.#granted.get(running.id) ?? {}
    const one = (amounts: Record<string, string> = {}) =>
      amounts[resource] === undefined ? {} : { [resource]: amounts[resource] }
    this.#granted.set(running.id, {
      ...before,
      limits: { ...before.limits, ...one(limits) },
      requests: { ...before.requests, ...one(requests) },
    })
  }

  /** The containers of a pod that run and can be resized, with what they have. Forgets those that are gone. */
  of(pod: BoundPod, { containers }: PodRuntimeState): RunningContainer[] {
    for (const id of this.#granted.keys())
      if (!containers.some(one => one.id === id)) this.#granted.delete(id)
    return resizableContainers(pod).flatMap(container => {
      const running = containers.find(({ name }) => name === container.name)
      if (running?.state !== 'running') return []
      const actual = this.#granted.get(running.id) ?? this.#recovered(pod, container, running)
      this.#granted.set(running.id, actual)
      return { container, running, actual }
    })
  }

  /** What a running container has as the engine says it, for its status. */
  shown(pod: BoundPod, container: AnyContainer, running: RuntimeContainer): ResourceRequirements {
    const given = container.resources ?? {}
    const { requests } = this.#granted.get(running.id) ?? given
    return this.#actual(pod, container, running, requests?.['memory'])
  }

  /** What a container has that an earlier process of ours started. */
  #recovered(pod: BoundPod, container: AnyContainer, running: RuntimeContainer) {
    const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
    const known = [...containerStatuses, ...initContainerStatuses].find(({ containerID }) =>
      containerID?.endsWith(running.id),
    )
    const { requests } = known?.resources ?? container.resources ?? {}
    return this.#actual(pod, container, running, requests?.['memory'])
  }

  #actual(
    pod: BoundPod,
    container: AnyContainer,
    { resources }: RuntimeContainer,
    memoryRequest: string | undefined,
  ): ResourceRequirements {
    const wanted = resourceSettings(pod, container, this.#memoryBytes)
    return actualResources(container.resources ?? {}, wanted, resources, memoryRequest)
  }
}
