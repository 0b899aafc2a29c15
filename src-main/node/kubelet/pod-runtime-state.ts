import type {
  ContainerRuntime,
  PodSandbox,
  RuntimeContainer,
} from '../runtimes/container-runtime.ts'

/** What the engine knows of one pod. Both lists have the newest attempt first. */
export interface PodRuntimeState {
  sandboxes: PodSandbox[]
  containers: RuntimeContainer[]
}

export const emptyRuntimeState: PodRuntimeState = { sandboxes: [], containers: [] }

/** Asks the engine for everything of a pod. */
export async function inspectPod(
  runtime: ContainerRuntime,
  podUid: string,
): Promise<PodRuntimeState> {
  const [sandboxes, containers] = await Promise.all([
    runtime.listPodSandboxes({ podUid }),
    runtime.listContainers({ podUid }),
  ])
  return { sandboxes, containers }
}

/** The sandbox that containers may be started in. */
export function readySandbox(state: PodRuntimeState): PodSandbox | undefined {
  const newest = state.sandboxes[0]
  return newest?.state === 'ready' ? newest : undefined
}

/** All attempts of a container, newest first. */
export const attemptsOf = (state: PodRuntimeState, name: string): RuntimeContainer[] =>
  state.containers.filter(container => container.name === name)

export const isAlive = (container: RuntimeContainer | undefined): boolean =>
  container?.state === 'running' || container?.state === 'paused'
