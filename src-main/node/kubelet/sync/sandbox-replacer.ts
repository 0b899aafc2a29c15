import { errorMessage } from '#base/errors.ts'
import type { BoundPod } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import { isAlive, type PodRuntimeState } from '../pod-runtime-state.ts'
import { sandboxSettings } from '../sandbox-settings.ts'
import type { ResolvedVolumes } from '../volumes/pod-volumes.ts'
import type { PodContext } from './pod-context.ts'

/** Makes a sandbox for a pod, after ending what is left of the one before; answers its id. Throws what the engine throws. */
export async function replaceSandbox(
  { runtime, dns }: PodContext,
  input: {
    pod: BoundPod
    attempt: number
    /** What the engine has of the pod up to now. */
    before: PodRuntimeState
    volumes: ResolvedVolumes
    report: PodReporter
    signal: AbortSignal
  },
): Promise<string> {
  const { pod, attempt, before, volumes, report, signal } = input
  const left = before.sandboxes
  if (left.length) {
    report('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
    const alive = before.containers.filter(isAlive)
    await Promise.all(alive.map(({ id }) => runtime.stopContainer(id, 2)))
    for (const { id } of left) await runtime.stopPodSandbox(id)
    for (const { id } of left.slice(1)) await runtime.removePodSandbox(id)
  }
  try {
    return await runtime.runPodSandbox(sandboxSettings(pod, attempt, volumes, dns), signal)
  } catch (error) {
    signal.throwIfAborted()
    const message = `Failed to create pod sandbox: ${errorMessage(error)}`
    report('Warning', 'FailedCreatePodSandBox', message)
    throw error
  }
}
