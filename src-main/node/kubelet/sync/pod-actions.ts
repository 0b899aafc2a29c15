import { type RuntimeContainer, runtimeLabels } from '../../runtimes/container-runtime.ts'
import { type AnyContainer, type BoundPod, isSidecar } from '../pod-facts.ts'
import { attemptsOf, isAlive, type PodRuntimeState, readySandbox } from '../pod-runtime-state.ts'

/** What a probe decided against a running container. */
export type ProbeVerdict = 'liveness' | 'startup' | undefined

export interface KillAction {
  container: RuntimeContainer
  spec: AnyContainer | undefined
  message: string
  /** What a probe decided, when it is for that. */
  probe: ProbeVerdict
  /** It has to run again, however it ends. */
  runsAgain: boolean
}

/** What has to be done to bring a pod on the engine to what its spec says; empty when all is well. */
export interface PodActions {
  /** The old sandbox is gone or dead: end what is left of it and make a new one. */
  newSandbox: { attempt: number } | undefined
  kill: KillAction[]
  /** To be started now, in this order. */
  start: AnyContainer[]
  /** Nothing runs and nothing will ever be started again. */
  finished: boolean
}

export interface ActionsInput {
  pod: BoundPod
  state: PodRuntimeState
  /** What the probes decided against the running container of that name. */
  verdict(name: string): ProbeVerdict
  /** Whether a container that ended has to run again, however it ended. */
  isToRunAgain(container: RuntimeContainer): boolean
  /** Whether the startup probe of a running container has passed (true without one). */
  hasStarted(name: string): boolean
}

/** Compares a pod's spec with the engine's state. Init containers come one by one, sidecars stay, apps come together. */
export function podActions(input: ActionsInput): PodActions {
  const { pod, state } = input
  const sandbox = readySandbox(state)
  const current = sandbox ? state.containers.filter(one => one.sandboxId === sandbox.id) : []
  const actions: PodActions = { newSandbox: undefined, kill: [], start: [], finished: false }
  const apps = appActions(input, sandbox !== undefined)
  const hasRun = pod.spec.containers.some(({ name }) => attemptsOf(state, name).length > 0)
  const initialized = pod.spec.containers.some(({ name }) =>
    current.some(container => container.name === name),
  )
  const init = initActions(input, current, initialized)
  const alive = state.containers.some(isAlive)
  actions.finished =
    !alive && (init.failed || (hasRun && apps.start.length === 0 && apps.kill.length === 0))
  if (actions.finished) return actions
  if (!sandbox) {
    actions.newSandbox = { attempt: (state.sandboxes[0]?.config.attempt ?? -1) + 1 }
    actions.start = init.start.length ? init.start : apps.start
    return actions
  }
  actions.kill = [...init.kill, ...apps.kill]
  actions.start = init.done ? [...init.start, ...apps.start] : init.start
  if (sandbox) actions.start.push(...ephemeralToStart(input))
  return actions
}

function appActions(input: ActionsInput, hasSandbox: boolean) {
  const { pod, state, verdict } = input
  const start: AnyContainer[] = []
  const kill: KillAction[] = []
  for (const container of pod.spec.containers) {
    const [latest] = attemptsOf(state, container.name)
    if (!latest || latest.state === 'created') start.push(container)
    else if (isAlive(latest) && hasSandbox) {
      const probe = verdict(container.name)
      if (hasNewImage(container, latest)) kill.push(restartForImage(container, latest))
      else if (probe) {
        const restarts = pod.spec.restartPolicy !== 'Never'
        kill.push({
          container: latest,
          spec: container,
          probe,
          message: `Container ${container.name} failed ${probe} probe${restarts ? ', will be restarted' : ''}`,
          runsAgain: false,
        })
      }
    } else if (input.isToRunAgain(latest) || shouldRestart(pod, latest)) start.push(container)
  }
  return { start, kill }
}

/** Whether a pod's container was given another image since it was made. */
const hasNewImage = ({ image }: AnyContainer, { labels }: RuntimeContainer): boolean =>
  (labels[runtimeLabels.image] ?? image) !== image

const restartForImage = (spec: AnyContainer, container: RuntimeContainer): KillAction => ({
  container,
  spec,
  probe: undefined,
  message: `Container ${spec.name} definition changed, will be restarted`,
  runsAgain: true,
})

/** Whether a container that ended, or that lost its sandbox, is to be run again. */
function shouldRestart(pod: BoundPod, latest: RuntimeContainer): boolean {
  const policy = pod.spec.restartPolicy ?? 'Always'
  if (policy === 'Always') return true
  const failed = isAlive(latest) || latest.exitCode !== 0
  return policy === 'OnFailure' && failed
}

/**
 * The next init container to run, and sidecars to run again. `done` says that apps may start;
 * `failed`, that they never will. Containers of an earlier sandbox don't count: a new one is initialised anew.
 */
function initActions(input: ActionsInput, current: RuntimeContainer[], initialized: boolean) {
  const { pod, verdict, hasStarted } = input
  const result = {
    start: [] as AnyContainer[],
    kill: [] as KillAction[],
    done: true,
    failed: false,
  }
  for (const container of pod.spec.initContainers ?? []) {
    const latest = current.find(({ name }) => name === container.name)
    if (isSidecar(container)) {
      if (!isAlive(latest)) result.start.push(container)
      else if (latest && hasNewImage(container, latest))
        result.kill.push(restartForImage(container, latest))
      else if (latest && verdict(container.name)) {
        const probe = verdict(container.name)
        const message = `Init container ${container.name} failed ${probe} probe, will be restarted`
        result.kill.push({ container: latest, spec: container, probe, message, runsAgain: false })
      } else if (hasStarted(container.name)) continue
      if (initialized) continue
      return { ...result, done: false }
    }
    if (initialized || (latest?.state === 'exited' && latest.exitCode === 0)) continue
    if (!isAlive(latest)) {
      const failed = latest?.state === 'exited' && pod.spec.restartPolicy === 'Never'
      if (failed) result.failed = true
      else result.start.push(container)
    }
    return { ...result, done: false }
  }
  return result
}

/** Ephemeral containers run once, beside what runs already. */
const ephemeralToStart = ({ pod, state }: ActionsInput) =>
  (pod.spec.ephemeralContainers ?? []).filter(({ name }) => !attemptsOf(state, name).length)
