import type { ContainerResources, PodSandbox, RuntimeContainer } from '../container-runtime.ts'
import { dockerLabels } from './docker-labels.ts'
import type { ContainerInspection } from './engine-types.ts'

/** What the engine says of a pod's infra container. */
export function toSandbox(inspection: ContainerInspection, network: string): PodSandbox {
  const labels = inspection.Config.Labels ?? {}
  const address = inspection.NetworkSettings?.Networks?.[network]?.IPAddress
  return {
    id: inspection.Id,
    config: {
      name: labels[dockerLabels.podName] ?? '',
      namespace: labels[dockerLabels.podNamespace] ?? '',
      uid: labels[dockerLabels.podUid] ?? '',
      attempt: Number(labels[dockerLabels.attempt] ?? 0),
    },
    state: inspection.State.Status === 'running' ? 'ready' : 'notready',
    createdAt: Date.parse(inspection.Created),
    ips: address ? [address] : [],
    labels,
    annotations: {},
  }
}

/** What the engine says of an app container. */
export function toContainer(inspection: ContainerInspection, imageId: string): RuntimeContainer {
  const labels = inspection.Config.Labels ?? {}
  return {
    id: inspection.Id,
    sandboxId: labels[dockerLabels.sandbox] ?? '',
    podUid: labels[dockerLabels.podUid] ?? '',
    name: labels[dockerLabels.containerName] ?? '',
    attempt: Number(labels[dockerLabels.attempt] ?? 0),
    image: inspection.Config.Image,
    imageId,
    createdAt: Date.parse(inspection.Created),
    ...lifeOf(inspection),
    resources: resourcesOf(inspection),
    labels,
    annotations: {},
  }
}

const resourcesOf = ({ HostConfig }: ContainerInspection): ContainerResources => ({
  cpuShares: HostConfig.CpuShares ?? 0,
  cpuQuota: HostConfig.CpuQuota ?? 0,
  cpuPeriod: HostConfig.CpuPeriod ?? 0,
  memoryLimitBytes: HostConfig.Memory ?? 0,
})

type Life = Pick<
  RuntimeContainer,
  'state' | 'startedAt' | 'finishedAt' | 'exitCode' | 'reason' | 'message'
>

function lifeOf({ State, Created }: ContainerInspection): Life {
  const startedAt = timeOf(State.StartedAt)
  const finishedAt = timeOf(State.FinishedAt)
  const alive = {
    startedAt,
    finishedAt: undefined,
    exitCode: undefined,
    reason: undefined,
    message: undefined,
  }
  if (State.Paused || State.Status === 'paused') return { state: 'paused', ...alive }
  if (State.Status === 'running' || State.Status === 'restarting')
    return { state: 'running', ...alive }
  // A container whose start failed stays "created" on Docker, with the reason in its state.
  const neverStarted = startedAt === undefined
  if (neverStarted && !State.Error) return { state: 'created', ...alive }
  const exitCode = neverStarted ? State.ExitCode || 128 : State.ExitCode
  return {
    state: 'exited',
    startedAt,
    finishedAt: finishedAt ?? Date.parse(Created),
    exitCode,
    reason: neverStarted
      ? 'StartError'
      : State.OOMKilled && exitCode !== 0
        ? 'OOMKilled'
        : exitCode === 0
          ? 'Completed'
          : 'Error',
    message: State.Error || undefined,
  }
}

/** The engine writes the year 1 for "never". */
function timeOf(text: string): number | undefined {
  const time = Date.parse(text)
  return time > 0 ? time : undefined
}
