import { AbortError } from '#base/errors.ts'
import type { RuntimeContainer } from '../../runtimes/container-runtime.ts'
import { runHook } from '../lifecycle-hooks.ts'
import { type AnyContainer, allContainers, type BoundPod, isSidecar } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import { isAlive, type PodRuntimeState } from '../pod-runtime-state.ts'
import type { PodContext } from './pod-context.ts'

export interface KillInput {
  pod: BoundPod
  container: RuntimeContainer
  podIP: string
  message: string
  graceSeconds: number
  report: PodReporter
  /** Aborts when nobody looks after the pod any more: the end that was begun is left to who takes it up again. */
  signal: AbortSignal
}

/** What is left to a container after its preStop hook, at least. */
const minimumGraceSeconds = 2

/** Ends a container: preStop hook, TERM, and KILL when the grace period is over. Throws the signal's reason when it aborts. */
export async function killContainer(context: PodContext, input: KillInput): Promise<void> {
  const { pod, container, graceSeconds, report } = input
  const spec = allContainers(pod).find(({ name }) => name === container.name)
  const { runtime, clock } = context
  report('Normal', 'Killing', input.message, container.name)
  const began = clock.monotonic()
  if (spec?.lifecycle?.preStop && graceSeconds > 0 && container.state === 'running')
    await preStop(context, input, spec)
  const left = graceSeconds - (clock.monotonic() - began) / 1000
  const least = graceSeconds > 0 ? minimumGraceSeconds : 0
  await runtime.stopContainer(container.id, Math.max(least, Math.ceil(left)), input.signal)
}

/** Ends everything of a pod that runs, sidecars after the others. */
export async function killAll(
  context: PodContext,
  state: PodRuntimeState,
  input: Omit<KillInput, 'container' | 'message'>,
): Promise<void> {
  const sidecars = new Set(
    (input.pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name),
  )
  const alive = state.containers.filter(isAlive)
  const end = (container: RuntimeContainer) =>
    killContainer(context, { ...input, container, message: `Stopping container ${container.name}` })
  await Promise.all(alive.filter(({ name }) => !sidecars.has(name)).map(end))
  for (const one of alive.filter(({ name }) => sidecars.has(name)).reverse()) await end(one)
}

async function preStop(
  { runtime, clock }: PodContext,
  { container, podIP, graceSeconds, report, signal }: KillInput,
  spec: AnyContainer,
): Promise<void> {
  const hook = spec.lifecycle?.preStop
  if (!hook) return
  const abort = new AbortController()
  using _timer = clock.after(graceSeconds * 1000, () =>
    abort.abort(new AbortError('the grace period is over')),
  )
  try {
    const subject = { runtime, clock, container: spec, containerId: container.id, podIP }
    await runHook(hook, subject, AbortSignal.any([abort.signal, signal]))
  } catch {
    signal.throwIfAborted()
    report('Warning', 'FailedPreStopHook', 'PreStopHook failed', container.name)
  }
}
