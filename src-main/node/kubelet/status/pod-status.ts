import { formatTime } from '#base/clock.ts'
import type {
  ContainerStatus,
  PodCondition,
  PodStatus,
  ResourceRequirements,
} from '#kubernetes/api/core-v1.ts'
import type { RuntimeContainer } from '../../runtimes/container-runtime.ts'
import type { AnyContainer, BoundPod } from '../pod-facts.ts'
import { isSidecar } from '../pod-facts.ts'
import { attemptsOf, type PodRuntimeState, readySandbox } from '../pod-runtime-state.ts'
import { containerStatus, type WaitingReason } from './container-status.ts'
import { endStatuses } from './end-statuses.ts'
import { podConditions } from './pod-conditions.ts'
import { podPhase } from './pod-phase.ts'

export interface PodStatusInput {
  /** With the resources it was given. */
  pod: BoundPod
  state: PodRuntimeState
  runtimeName: string
  hostIP: string
  /** Why containers that should run don't, by name. */
  waiting: ReadonlyMap<string, WaitingReason>
  /** What the probes say of a running container. */
  probed(name: string): { ready: boolean; started: boolean }
  /** What a running container has of resources. */
  actualResources(container: AnyContainer, running: RuntimeContainer): ResourceRequirements
  /** How a resize goes, and that the pod has to make room for another. */
  further: PodCondition[]
  ending: boolean
  /** Set when the kubelet itself ended or refused the pod: its reason and message, and the phase is Failed. */
  failure: { reason: string; message: string } | undefined
  now: number
}

/** The pod's whole status as the API shows it: what the engine says, what probes say, and what the kubelet decided. */
export function podStatus(input: PodStatusInput): PodStatus {
  const { pod, state, failure } = input
  const { spec, status: previous } = pod
  const current = {
    init: (spec.initContainers ?? []).map(container => statusOf(container, input, 'init')),
    containers: spec.containers.map(container => statusOf(container, input, 'app')),
  }
  const { init, containers } = input.ending ? endStatuses(spec, current) : current
  const ephemeral = (spec.ephemeralContainers ?? []).map(one => statusOf(one, input, 'ephemeral'))
  const phase = failure ? 'Failed' : podPhase({ spec, init, containers, ending: input.ending })
  const sandbox = readySandbox(state)
  const ips = spec.hostNetwork ? [input.hostIP] : (sandbox?.ips ?? [])
  const keptIps = ips.length ? ips : (previous?.podIPs ?? []).flatMap(({ ip }) => ip ?? [])
  return {
    ...(pod.metadata.generation ? { observedGeneration: pod.metadata.generation } : {}),
    phase,
    conditions: [
      ...input.further,
      ...podConditions({
        pod,
        phase,
        init,
        containers,
        hasSandbox: sandbox !== undefined,
        now: input.now,
      }),
    ],
    ...(failure ?? {}),
    hostIP: input.hostIP,
    hostIPs: [{ ip: input.hostIP }],
    ...(keptIps[0] ? { podIP: keptIps[0], podIPs: keptIps.map(ip => ({ ip })) } : {}),
    startTime: previous?.startTime ?? formatTime(input.now),
    ...(init.length ? { initContainerStatuses: init } : {}),
    containerStatuses: containers,
    ...(ephemeral.length ? { ephemeralContainerStatuses: ephemeral } : {}),
    ...(previous?.qosClass ? { qosClass: previous.qosClass } : {}),
  }
}

type Role = 'init' | 'app' | 'ephemeral'

const previousStatuses = {
  init: 'initContainerStatuses',
  app: 'containerStatuses',
  ephemeral: 'ephemeralContainerStatuses',
} as const

function statusOf(container: AnyContainer, input: PodStatusInput, role: Role): ContainerStatus {
  const { pod, state } = input
  const attempts = attemptsOf(state, container.name)
  const [latest] = attempts
  const isRunning = latest?.state === 'running'
  const probed = isRunning ? input.probed(container.name) : { ready: false, started: false }
  const completed = latest?.state === 'exited' && latest.exitCode === 0
  const runsOnce = role === 'init' && !isSidecar(container)
  return containerStatus({
    container,
    attempts,
    previous: pod.status?.[previousStatuses[role]]?.find(({ name }) => name === container.name),
    waiting: input.ending ? undefined : input.waiting.get(container.name),
    defaultWaiting: pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating',
    ready: role === 'ephemeral' ? false : runsOnce ? completed : probed.ready && !latest?.unready,
    started: runsOnce || role === 'ephemeral' ? false : probed.started,
    runtimeName: input.runtimeName,
    actualResources:
      latest && isRunning && !runsOnce && role !== 'ephemeral'
        ? input.actualResources(container, latest)
        : undefined,
  })
}
