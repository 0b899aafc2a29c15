import type { Clock } from '#base/clock.ts'
import type { Probe } from '#kubernetes/api/core-v1.ts'
import type { ContainerRuntime, RuntimeContainer } from '../../runtimes/container-runtime.ts'
import { type AnyContainer, allContainers, type BoundPod, isSidecar } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import { attemptsOf, type PodRuntimeState } from '../pod-runtime-state.ts'
import { containerId } from '../status/container-status.ts'
import type { ProbeVerdict } from '../sync/pod-actions.ts'
import { ProbeWorker } from './probe-worker.ts'
import { runProbe } from './run-probe.ts'

type ProbeKind = 'liveness' | 'readiness' | 'startup'

export interface PodProbesOptions {
  runtime: ContainerRuntime
  clock: Clock
  report: PodReporter
  /** A decision changed. */
  onChange(): void
}

/** One running container under its probes. */
interface Watched {
  id: string
  workers: Map<ProbeKind, ProbeWorker>
}

const titles = { liveness: 'Liveness', readiness: 'Readiness', startup: 'Startup' }

/** The probes of one pod. Liveness and readiness wait until the startup probe has passed. */
export class PodProbes implements Disposable {
  readonly #options: PodProbesOptions
  readonly #watched = new Map<string, Watched>()

  constructor(options: PodProbesOptions) {
    this.#options = options
  }

  /** Watches what runs now, and stops watching what doesn't any more. */
  follow(pod: BoundPod, state: PodRuntimeState, podIP: string): void {
    for (const container of allContainers(pod)) {
      const [latest] = attemptsOf(state, container.name)
      const isRunning = latest?.state === 'running' || latest?.state === 'paused'
      const watched = this.#watched.get(container.name)
      if (watched && (!isRunning || watched.id !== latest?.id)) this.#drop(container.name)
      if (latest && isRunning && !this.#watched.has(container.name))
        this.#watch(pod, container, latest, podIP)
    }
  }

  /** What the probes say of the running container of that name. */
  stateOf(name: string): { ready: boolean; started: boolean } {
    const workers = this.#watched.get(name)?.workers
    const startup = workers?.get('startup')
    const started = startup?.passing ?? true
    return { started, ready: started && (workers?.get('readiness')?.passing ?? true) }
  }

  /** Which probe demands that the running container of that name be killed. */
  verdictOn(name: string): ProbeVerdict {
    const workers = this.#watched.get(name)?.workers
    if (!workers) return undefined
    const hasFailed = (kind: ProbeKind) => {
      const worker = workers.get(kind)
      return worker?.decided && !worker.passing
    }
    return hasFailed('startup') ? 'startup' : hasFailed('liveness') ? 'liveness' : undefined
  }

  /** Stops what could demand a kill; readiness goes on while the pod ends. */
  stopKilling(): void {
    for (const { workers } of this.#watched.values())
      for (const kind of ['liveness', 'startup'] as const) {
        workers.get(kind)?.[Symbol.dispose]()
        if (kind === 'liveness') workers.delete(kind)
      }
  }

  [Symbol.dispose](): void {
    for (const name of [...this.#watched.keys()]) this.#drop(name)
  }

  #drop(name: string): void {
    for (const worker of this.#watched.get(name)?.workers.values() ?? []) worker[Symbol.dispose]()
    this.#watched.delete(name)
  }

  #watch(pod: BoundPod, container: AnyContainer, running: RuntimeContainer, podIP: string): void {
    const isInit = pod.spec.initContainers?.some(({ name }) => name === container.name)
    if (isInit && !isSidecar(container)) return
    const { startupProbe, livenessProbe, readinessProbe } = container
    if (!startupProbe && !livenessProbe && !readinessProbe) return
    const watched: Watched = { id: running.id, workers: new Map() }
    this.#watched.set(container.name, watched)
    const known = pod.status?.containerStatuses?.find(({ name }) => name === container.name)
    const same = known?.containerID === containerId(running, this.#options.runtime.name)
    const hasStarted = same && known?.started === true
    const add = (kind: ProbeKind, probe: Probe | undefined, initially: boolean, start: boolean) => {
      if (!probe) return
      const worker = this.#worker(kind, probe, container, running, podIP, initially, () => {
        if (kind === 'startup' && worker.passing) this.#afterStartup(watched)
      })
      watched.workers.set(kind, worker)
      if (start) worker.start()
    }
    const waits = startupProbe !== undefined && !hasStarted
    add('startup', hasStarted ? undefined : startupProbe, false, true)
    add('liveness', livenessProbe, true, !waits)
    add('readiness', readinessProbe, same && known?.ready === true, !waits)
  }

  #afterStartup({ workers }: Watched): void {
    workers.get('startup')?.[Symbol.dispose]()
    workers.get('liveness')?.start()
    workers.get('readiness')?.start()
  }

  #worker(
    kind: ProbeKind,
    probe: Probe,
    container: AnyContainer,
    running: RuntimeContainer,
    podIP: string,
    initially: boolean,
    onDecision: () => void,
  ): ProbeWorker {
    const { runtime, clock, report, onChange } = this.#options
    return new ProbeWorker({
      clock,
      probe,
      startedAt: running.startedAt ?? running.createdAt,
      initially,
      run: () => runProbe(probe, { runtime, clock, container, containerId: running.id, podIP }),
      onFailure: ({ outcome, output }) => {
        const what =
          outcome === 'failure' ? 'probe failed' : 'probe errored and resulted in unknown state'
        report('Warning', 'Unhealthy', `${titles[kind]} ${what}: ${output}`, container.name)
      },
      onChange: () => {
        onDecision()
        onChange()
      },
    })
  }
}
