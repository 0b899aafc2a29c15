import { AbortError } from '#base/errors.ts'
import type { RuntimeContainer } from '../../runtimes/container-runtime.ts'
import { runHook } from '../lifecycle-hooks.ts'
import {
  type AnyContainer,
  type BoundPod,
  findContainer,
  graceSecondsOf,
  isSidecar,
} from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import { isAlive, type PodRuntimeState } from '../pod-runtime-state.ts'
import type { PodContext } from './pod-context.ts'

export interface ContainerKillerOptions {
  /** The pod, and its address, as they are now. */
  pod(): BoundPod
  podIP(): string
  report: PodReporter
  /** Aborts when nobody looks after the pod any more: the end that was begun is left to who takes it up again. */
  signal: AbortSignal
}

/** What is left to a container after its preStop hook, at least. */
const minimumGraceSeconds = 2

/** Ends the containers of one pod. Throws the signal's reason when it aborts. */
export class ContainerKiller {
  readonly #context: PodContext
  readonly #options: ContainerKillerOptions

  constructor(context: PodContext, options: ContainerKillerOptions) {
    this.#context = context
    this.#options = options
  }

  /** Ends a container: preStop hook, TERM, and KILL when the grace period (the pod's, unless given) is over. */
  async kill(
    container: RuntimeContainer,
    message: string,
    graceSeconds = graceSecondsOf(this.#options.pod()),
  ): Promise<void> {
    const { runtime, clock } = this.#context
    const { report, signal } = this.#options
    const spec = findContainer(this.#options.pod(), container.name)
    report('Normal', 'Killing', message, container.name)
    const began = clock.monotonic()
    if (spec?.lifecycle?.preStop && graceSeconds > 0 && container.state === 'running')
      await this.#preStop(container, spec, graceSeconds)
    const left = graceSeconds - (clock.monotonic() - began) / 1000
    const least = graceSeconds > 0 ? minimumGraceSeconds : 0
    await runtime.stopContainer(container.id, Math.max(least, Math.ceil(left)), signal)
  }

  /** Ends everything that runs, sidecars after the others. */
  async killAll({ containers }: PodRuntimeState, graceSeconds?: number): Promise<void> {
    const { initContainers = [] } = this.#options.pod().spec
    const sidecars = new Set(initContainers.filter(isSidecar).map(({ name }) => name))
    const alive = containers.filter(isAlive)
    const end = (container: RuntimeContainer) =>
      this.kill(container, `Stopping container ${container.name}`, graceSeconds)
    await Promise.all(alive.filter(({ name }) => !sidecars.has(name)).map(end))
    for (const one of alive.filter(({ name }) => sidecars.has(name)).reverse()) await end(one)
  }

  async #preStop(
    container: RuntimeContainer,
    spec: AnyContainer,
    graceSeconds: number,
  ): Promise<void> {
    const hook = spec.lifecycle?.preStop
    if (!hook) return
    const { runtime, clock } = this.#context
    const { podIP, report, signal } = this.#options
    const abort = new AbortController()
    using _timer = clock.after(graceSeconds * 1000, () =>
      abort.abort(new AbortError('the grace period is over')),
    )
    try {
      const subject = { runtime, clock, container: spec, containerId: container.id, podIP: podIP() }
      await runHook(hook, subject, AbortSignal.any([abort.signal, signal]))
    } catch {
      signal.throwIfAborted()
      report('Warning', 'FailedPreStopHook', 'PreStopHook failed', container.name)
    }
  }
}
