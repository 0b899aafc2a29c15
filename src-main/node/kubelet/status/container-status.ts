import { formatTime } from '#base/clock.ts'
import type {
  ContainerState,
  ContainerStatus,
  ResourceRequirements,
} from '#kubernetes/api/core-v1.ts'
import type { RuntimeContainer } from '../../runtimes/container-runtime.ts'
import type { AnyContainer } from '../pod-facts.ts'
import { unknownEnd } from './end-statuses.ts'

/** Why a container isn't started, as the last attempt to start it found out. */
export interface WaitingReason {
  reason: string
  message: string
}

export interface ContainerStatusInput {
  container: AnyContainer
  /** What the engine has of it, newest first. */
  attempts: RuntimeContainer[]
  /** The status that the API has, for what the engine no longer remembers. */
  previous: ContainerStatus | undefined
  /** Set while the container should run and doesn't. */
  waiting: WaitingReason | undefined
  /** The reason shown before anything was tried. */
  defaultWaiting: 'ContainerCreating' | 'PodInitializing'
  ready: boolean
  started: boolean
  /** Such as `docker`: the scheme of container ids. */
  runtimeName: string
  /** What it has while it runs; undefined while it doesn't: it will have what it was given. */
  actualResources: ResourceRequirements | undefined
}

/** The status of one container as the API shows it, after what the engine says of it. */
export function containerStatus(input: ContainerStatusInput): ContainerStatus {
  const { container, attempts, previous, waiting } = input
  const [latest, before] = attempts
  let state = latest ? stateOf(latest, input.runtimeName) : absentState(input)
  let lastState = before ? stateOf(before, input.runtimeName) : (previous?.lastState ?? {})
  if (!latest && previous?.state?.terminated) lastState = previous.state
  if (waiting && !state.running) {
    if (state.terminated) lastState = state
    state = { waiting: { reason: waiting.reason, message: waiting.message } }
  }
  const id = latest && containerId(latest, input.runtimeName)
  // An engine names an image by its newest digest; what runs is still what was started.
  const imageId = id && previous?.containerID === id && previous.imageID
  return {
    name: container.name,
    state,
    lastState: lastState.running ? {} : lastState,
    ready: input.ready,
    restartCount: latest?.attempt ?? previous?.restartCount ?? 0,
    image: latest?.image ?? container.image ?? '',
    imageID: imageId || (latest?.imageId ?? ''),
    ...(id ? { containerID: id } : {}),
    started: input.started,
    ...declared(container, input.actualResources),
  }
}

export const containerId = ({ id }: RuntimeContainer, runtimeName: string): string =>
  `${runtimeName}://${id}`

function absentState({ previous, defaultWaiting }: ContainerStatusInput): ContainerState {
  if (!previous?.state?.running) return { waiting: { reason: defaultWaiting } }
  return unknownEnd
}

function stateOf(container: RuntimeContainer, runtimeName: string): ContainerState {
  switch (container.state) {
    case 'running':
      return { running: { startedAt: formatTime(container.startedAt ?? container.createdAt) } }
    case 'paused':
      return {
        waiting: {
          reason: 'ContainerPaused',
          message: 'the container is paused on the engine, outside Kubernetes',
        },
      }
    case 'created':
      return { waiting: { reason: 'ContainerCreating' } }
    case 'exited':
    case 'unknown':
      return {
        terminated: {
          exitCode: container.exitCode ?? 0,
          reason: container.reason ?? (container.exitCode === 0 ? 'Completed' : 'Error'),
          ...(container.message ? { message: container.message } : {}),
          startedAt: formatTime(container.startedAt ?? 0),
          finishedAt: formatTime(container.finishedAt ?? container.createdAt),
          containerID: containerId(container, runtimeName),
        },
      }
  }
}

/** What a container was given and has, and where its volumes are. */
function declared(
  container: AnyContainer,
  actual: ResourceRequirements | undefined,
): Partial<ContainerStatus> {
  const given = container.resources ?? {}
  const { limits, requests } = actual ?? given
  const mounts = container.volumeMounts ?? []
  return {
    ...(given.requests ? { allocatedResources: given.requests } : {}),
    resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) },
    ...(mounts.length
      ? {
          volumeMounts: mounts.map(({ name, mountPath, readOnly }) => ({
            name,
            mountPath,
            ...(readOnly ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
          })),
        }
      : {}),
  }
}
