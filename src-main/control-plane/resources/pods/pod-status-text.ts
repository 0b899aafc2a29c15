import type {
  Container,
  ContainerStateTerminated,
  ContainerStatus,
  Pod,
} from '#kubernetes/api/core-v1.ts'
import { humanAge } from '#kubernetes/duration.ts'

/** What kubectl shows of a pod: `1/2`, `CrashLoopBackOff`, `3 (5m ago)`. */
export interface PodSummary {
  ready: string
  status: string
  restarts: string
}

interface Count {
  ready: number
  restarts: number
  lastRestart: string
}

const isRestartable = ({ restartPolicy }: Container) => restartPolicy === 'Always'

/** Sums up a pod as `kubectl get pods` prints it. `now` is in milliseconds. */
export function summarizePod(pod: Pod, now: number): PodSummary {
  const { containers = [], initContainers = [] } = pod.spec
  const sidecars = initContainers.filter(isRestartable).length
  const init = summarizeInit(pod, initContainers)
  const main = summarizeContainers(pod, init)
  const { ready, restarts, lastRestart } = main.count
  return {
    ready: `${ready}/${containers.length + sidecars}`,
    status: terminatingStatus(pod, main.status),
    restarts:
      restarts && lastRestart ? `${restarts} (${humanAge(lastRestart, now)} ago)` : `${restarts}`,
  }
}

interface InitSummary {
  /** Why the pod is still initialising. */
  waitingFor?: string
  all: Count
  sidecars: Count
}

function summarizeInit({ status }: Pod, containers: Container[]): InitSummary {
  const all: Count = { ready: 0, restarts: 0, lastRestart: '' }
  const sidecars: Count = { ready: 0, restarts: 0, lastRestart: '' }
  const restartable = new Set(containers.filter(isRestartable).map(({ name }) => name))
  for (const [index, container] of (status?.initContainerStatuses ?? []).entries()) {
    const isSidecar = restartable.has(container.name)
    addRestarts(all, container)
    if (isSidecar) addRestarts(sidecars, container)
    const { terminated, waiting } = container.state ?? {}
    if (terminated && terminated.exitCode === 0) continue
    if (isSidecar && container.started) {
      if (container.ready) {
        all.ready++
        sidecars.ready++
      }
      continue
    }
    const reason = waiting?.reason
    const waitingFor = terminated
      ? `Init:${terminatedText(terminated)}`
      : reason && reason !== 'PodInitializing'
        ? `Init:${reason}`
        : `Init:${index}/${containers.length}`
    return { waitingFor, all, sidecars }
  }
  return { all, sidecars }
}

function summarizeContainers(pod: Pod, init: InitSummary): { status: string; count: Count } {
  const { status } = pod
  let result = init.waitingFor ?? plainStatus(pod)
  if (init.waitingFor && !hasCondition(pod, 'Initialized'))
    return { status: result, count: init.all }
  const count: Count = { ...init.sidecars }
  let failure = ''
  let hasRunning = false
  for (const container of (status?.containerStatuses ?? []).toReversed()) {
    addRestarts(count, container)
    const { running, terminated, waiting } = container.state ?? {}
    if (waiting?.reason) result = waiting.reason
    else if (terminated) {
      result = terminatedText(terminated)
      if (terminated.exitCode !== 0) failure = result
    } else if (container.ready && running) {
      hasRunning = true
      count.ready++
    }
  }
  if (result === 'Completed') {
    if (hasRunning && hasCondition(pod, 'Ready')) result = 'Running'
    else if (failure) result = failure
    else if (hasRunning) result = 'NotReady'
  }
  return { status: result, count }
}

function plainStatus({ status }: Pod): string {
  const gated = status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  )
  return gated ? 'SchedulingGated' : status?.reason || status?.phase || ''
}

function terminatingStatus({ metadata, status }: Pod, text: string): string {
  if (!metadata.deletionTimestamp) return text
  if (status?.reason === 'NodeLost') return 'Unknown'
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? text : 'Terminating'
}

const terminatedText = ({ reason, signal, exitCode }: ContainerStateTerminated): string =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)

const hasCondition = ({ status }: Pod, wanted: string): boolean =>
  status?.conditions?.some(({ type, status }) => type === wanted && status === 'True') ?? false

function addRestarts(count: Count, { restartCount, lastState }: ContainerStatus): void {
  count.restarts += restartCount
  const finished = lastState?.terminated?.finishedAt
  if (finished && finished > count.lastRestart) count.lastRestart = finished
}
