import type { ContainerState, ContainerStatus, PodSpec } from '#kubernetes/api/core-v1.ts'
import { isSidecar } from '../pod-facts.ts'

/** What is said of a container whose end nobody saw: it never started, or the engine has forgotten it. */
export const unknownEnd: ContainerState = {
  terminated: {
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
    exitCode: 137,
  },
}

interface Statuses {
  init: ContainerStatus[]
  containers: ContainerStatus[]
}

/**
 * The statuses of a pod that has ended. Containers that wait could still have started and count as failed, as upstream's
 * kubelet says: those of a pod that was initialized, and init containers up to the last one that was tried.
 */
export function endStatuses(spec: PodSpec, { init, containers }: Statuses): Statuses {
  const tried = init.findLastIndex(
    ({ state, lastState }) => !state?.waiting || lastState?.terminated,
  )
  return {
    init: init.map((status, index) => (index <= Math.max(tried, 0) ? endOf(status) : status)),
    containers: wasInitialized(spec, init, containers) ? containers.map(endOf) : containers,
  }
}

const endOf = (status: ContainerStatus): ContainerStatus =>
  status.state?.waiting ? { ...status, state: unknownEnd } : status

function wasInitialized(
  spec: PodSpec,
  init: ContainerStatus[],
  containers: ContainerStatus[],
): boolean {
  const last = spec.initContainers?.at(-1)
  if (!last) return true
  if (containers.some(({ state, lastState }) => !state?.waiting || lastState?.terminated))
    return true
  const status = init.at(-1)
  return isSidecar(last) ? status?.started === true : status?.state?.terminated?.exitCode === 0
}
