import { type Clock, sleep } from '#base/clock.ts'
import type { ContainerConfig, PodSandbox } from '../container-runtime.ts'
import { type Behaviour, type BehaviourRule, behaviourOf } from './behaviour.ts'
import type { SimulatedEvents } from './simulated-events.ts'
import { dropTimers, type SimulatedContainer, type SimulatedState } from './simulated-state.ts'

export interface ContainerLivesOptions {
  clock: Clock
  state: SimulatedState
  rules: readonly BehaviourRule[]
  /** Told of what happens to containers. */
  events: SimulatedEvents
}

/** How simulated containers live: they start, become ready and end on the clock, as their pods' annotations and the rules say. */
export class ContainerLives {
  readonly #clock: Clock
  readonly #state: SimulatedState
  readonly #rules: readonly BehaviourRule[]
  readonly #events: SimulatedEvents

  constructor({ clock, state, rules, events }: ContainerLivesOptions) {
    this.#clock = clock
    this.#state = state
    this.#rules = rules
    this.#events = events
  }

  /** What a container will do in a pod. Throws on what it can't read. */
  behaviourIn(
    { config, labels, annotations }: PodSandbox,
    container: Pick<ContainerConfig, 'name' | 'runsOnce'>,
  ): Behaviour {
    const pod = { namespace: config.namespace, labels, annotations }
    return behaviourOf(container, pod, this.#rules)
  }

  behaviourOf({ shown, runsOnce }: SimulatedContainer): Behaviour {
    const container = { name: shown.name, ...(runsOnce && { runsOnce }) }
    const sandbox = this.#state.sandboxes.get(shown.sandboxId)
    return sandbox
      ? this.behaviourIn(sandbox, container)
      : behaviourOf(container, { namespace: '', labels: {}, annotations: {} })
  }

  async start(container: SimulatedContainer, signal: AbortSignal): Promise<void> {
    const { shown, log } = container
    const behaviour = this.behaviourOf(container)
    if (behaviour.startAfterMs > 0) await sleep(this.#clock, behaviour.startAfterMs, signal)
    if (shown.state !== 'created' || !this.#state.containers.has(shown.id)) return
    shown.state = 'running'
    shown.startedAt = this.#clock.now()
    log.push({ at: this.#clock.now(), text: `${behaviour.log}\n` })
    this.resume(container)
    this.#emit(container, 'start')
  }

  /** Waits for what comes by itself to a container that runs: readiness and an end. */
  resume(container: SimulatedContainer): void {
    const { readyAfterMs, exitAfterMs, exitCode, exitReason } = this.behaviourOf(container)
    const { shown } = container
    const ranMs = this.#clock.now() - (shown.startedAt ?? this.#clock.now())
    const at = (ms: number, action: () => void) => {
      container.timers.push(this.#clock.after(ms - ranMs, action))
    }
    shown.unready = readyAfterMs > ranMs
    if (shown.unready) {
      at(readyAfterMs, () => {
        shown.unready = false
        this.#emit(container, 'ready')
      })
    }
    if (exitAfterMs === undefined) return
    const reason = exitReason ?? (exitCode === 0 ? 'Completed' : 'Error')
    at(exitAfterMs, () => this.end(container, exitCode, reason))
  }

  /** Asks a container to end, and ends it when the grace period is over. */
  async stop(
    container: SimulatedContainer,
    graceSeconds: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (container.shown.state !== 'running') return
    const { stopAfterMs } = this.behaviourOf(container)
    const waitMs = Math.min(stopAfterMs, graceSeconds * 1000)
    if (waitMs > 0) await this.#waitForEnd(container, waitMs, signal)
    if (stopAfterMs > graceSeconds * 1000) this.end(container, 137, 'Error')
    else this.end(container, 0, 'Completed')
  }

  /** Ends a container that runs, or is paused; of others it drops only what would come by itself. */
  end(container: SimulatedContainer, exitCode: number, reason: string): void {
    const { shown } = container
    dropTimers(container)
    if (shown.state !== 'running' && shown.state !== 'paused') return
    shown.state = 'exited'
    shown.finishedAt = this.#clock.now()
    shown.exitCode = exitCode
    shown.reason = reason
    this.#emit(container, 'die')
  }

  /** Waits, at most until the container ends otherwise, such as by a stop with less patience. */
  async #waitForEnd(
    { shown: { id } }: SimulatedContainer,
    ms: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const ended = new AbortController()
    using _listening = this.#events.on(event => {
      if (event.type === 'container' && event.id === id && event.action === 'die') ended.abort()
    })
    const either = AbortSignal.any([ended.signal, ...(signal ? [signal] : [])])
    await sleep(this.#clock, ms, either).catch(() => signal?.throwIfAborted())
  }

  #emit({ shown: { podUid, id } }: SimulatedContainer, action: string): void {
    this.#events.announce('container', podUid, id, action)
  }
}
