import { errorMessage } from '#base/errors.ts'
import type { Secret } from '#kubernetes/api/core-v1.ts'
import type { PodSandbox } from '../../runtimes/container-runtime.ts'
import { containerSettings } from '../container-settings.ts'
import { containerEnvironment } from '../environment/container-environment.ts'
import { formatGoDuration } from '../go-duration.ts'
import { runHook } from '../lifecycle-hooks.ts'
import { type AnyContainer, type BoundPod, describePod, graceSecondsOf } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import { attemptsOf, type PodRuntimeState } from '../pod-runtime-state.ts'
import type { ResolvedVolumes } from '../volumes/pod-volumes.ts'
import type { PodContext } from './pod-context.ts'
import { StartError } from './start-error.ts'

export interface StartInput {
  pod: BoundPod
  container: AnyContainer
  sandbox: PodSandbox
  state: PodRuntimeState
  volumes: ResolvedVolumes
  report: PodReporter
  signal: AbortSignal
}

/**
 * Starts a container of a pod: back-off, image, environment, creation, start, postStart hook, with upstream's events.
 * Answers its id. Throws a `StartError` that says what its status shall show.
 */
export async function startContainer(context: PodContext, input: StartInput): Promise<string> {
  const { pod, container, state, report, signal } = input
  waitForBackoff(context, input)
  const fail = (reason: string, error: unknown) => {
    signal.throwIfAborted()
    report('Warning', 'Failed', `Error: ${errorMessage(error)}`, container.name)
    return new StartError(reason, errorMessage(error), undefined, { cause: error })
  }
  const image = await context.images
    .ensure(pod, container, () => pullSecrets(context, pod, report), report, signal)
    .catch(error => {
      if (error instanceof StartError && !error.isKnown)
        report('Warning', 'Failed', `Error: ${error.reason}`, container.name)
      throw error
    })
  const attempts = attemptsOf(state, container.name)
  const stale = attempts.find(one => one.state === 'created')
  if (stale) await context.runtime.removeContainer(stale.id)
  const settings = await prepare(context, input, image, stale?.attempt).catch(error => {
    throw fail('CreateContainerConfigError', error)
  })
  const id = await context.runtime
    .createContainer(input.sandbox.id, settings, signal)
    .catch(error => {
      throw fail('CreateContainerError', error)
    })
  report('Normal', 'Created', 'Container created', container.name)
  await context.runtime.startContainer(id, signal).catch(error => {
    throw fail('RunContainerError', error)
  })
  report('Normal', 'Started', 'Container started', container.name)
  for (const old of attempts.filter(one => one !== stale).slice(1))
    await context.runtime.removeContainer(old.id)
  await postStart(context, input, id)
  return id
}

/** The back-off's key: the container within its pod, and what may have made it fail and can be changed. */
const crashKey = ({ metadata }: BoundPod, { name, image, resources }: AnyContainer) =>
  `${metadata.uid}_${name}_${image}_${JSON.stringify(resources)}`

function waitForBackoff(
  { crashes }: PodContext,
  { pod, container, state, report }: StartInput,
): void {
  const [latest] = attemptsOf(state, container.name)
  if (latest?.state !== 'exited') return
  const key = crashKey(pod, container)
  const failedAt = latest.finishedAt ?? latest.createdAt
  const waitMs = crashes.remaining(key, failedAt)
  if (waitMs <= 0) {
    crashes.advance(key, failedAt)
    return
  }
  const where = `restarting failed container=${container.name} pod=${describePod(pod)}`
  report(
    'Warning',
    'BackOff',
    `Back-off restarting failed container ${container.name} in pod ${describePod(pod)}`,
    container.name,
  )
  const delay = formatGoDuration(crashes.delay(key))
  throw new StartError('CrashLoopBackOff', `back-off ${delay} ${where}`, waitMs)
}

async function prepare(
  context: PodContext,
  { pod, container, sandbox, state, volumes }: StartInput,
  image: Parameters<typeof containerSettings>[0]['image'],
  reuseAttempt: number | undefined,
) {
  const podIPs = pod.spec.hostNetwork ? [context.node.hostIP] : sandbox.ips
  const { hostIP, allocatable, memoryBytes } = context.node
  const environment = await containerEnvironment({
    pod,
    container,
    objects: context.objects,
    facts: { hostIP, podIPs, allocatable },
  })
  const [latest] = attemptsOf(state, container.name)
  const attempt = reuseAttempt ?? (latest?.attempt ?? shownAttempt(pod, container) ?? -1) + 1
  return containerSettings({
    pod,
    container,
    attempt,
    image,
    environment,
    volumes,
    nodeMemoryBytes: memoryBytes,
    targetId: targetOf(container, state),
  })
}

/** The attempt that the pod's status remembers of a container which ran and the engine has lost. */
function shownAttempt({ status }: BoundPod, { name }: AnyContainer): number | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = status ?? {}
  const known = [...containerStatuses, ...initContainerStatuses].find(one => one.name === name)
  const hasRun =
    known?.containerID ||
    known?.restartCount ||
    known?.state?.terminated ||
    known?.lastState?.terminated
  return hasRun ? known?.restartCount : undefined
}

/** The running container whose processes an ephemeral container is to see. Throws when it doesn't run. */
function targetOf(container: AnyContainer, state: PodRuntimeState): string | undefined {
  const name = 'targetContainerName' in container ? container.targetContainerName : undefined
  if (!name) return undefined
  const target = attemptsOf(state, name).find(one => one.state === 'running')
  if (!target) throw new Error(`failed to find target container ${name}`)
  return target.id
}

async function postStart(context: PodContext, input: StartInput, id: string): Promise<void> {
  const { pod, container, sandbox, report, signal } = input
  const hook = container.lifecycle?.postStart
  if (!hook) return
  const { runtime, clock, node } = context
  const podIP = pod.spec.hostNetwork ? node.hostIP : (sandbox.ips[0] ?? '')
  try {
    await runHook(hook, { runtime, clock, container, containerId: id, podIP }, signal)
  } catch (error) {
    signal.throwIfAborted()
    report('Warning', 'FailedPostStartHook', 'PostStartHook failed', container.name)
    report('Normal', 'Killing', 'FailedPostStartHook', container.name)
    await runtime.stopContainer(id, graceSecondsOf(pod))
    throw new StartError('PostStartHookError', errorMessage(error), undefined, { cause: error })
  }
}

async function pullSecrets(
  { objects }: PodContext,
  pod: BoundPod,
  report: PodReporter,
): Promise<Secret[]> {
  const names = (pod.spec.imagePullSecrets ?? []).flatMap(({ name }) => name ?? [])
  const found = await Promise.all(
    names.map(name => objects.secret(pod.metadata.namespace ?? '', name)),
  )
  const missing = names.filter((_, index) => !found[index])
  if (missing.length)
    report(
      'Warning',
      'FailedToRetrieveImagePullSecret',
      `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`,
    )
  return found.flatMap(secret => secret ?? [])
}
