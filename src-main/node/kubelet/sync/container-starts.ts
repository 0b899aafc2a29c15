import type { RuntimeContainer } from '../../runtimes/container-runtime.ts'
import type { AnyContainer } from '../pod-facts.ts'
import { attemptsOf, isAlive, type PodRuntimeState } from '../pod-runtime-state.ts'
import type { WaitingReason } from '../status/container-status.ts'
import { type StartInput, startContainer } from './container-starter.ts'
import type { PodContext } from './pod-context.ts'
import { StartError } from './start-error.ts'

/** When to try again, where a failure doesn't say. */
const retryMs = 10_000

/** The starts of one pod's containers: remembers why those don't run that should. */
export class ContainerStarts {
  readonly #context: PodContext
  readonly #waiting = new Map<string, WaitingReason>()
  /** Containers that were ended so that they start anew, by their ids. */
  readonly #ended = new Set<string>()

  constructor(context: PodContext) {
    this.#context = context
  }

  /** Why containers that should run don't, by name. */
  get waiting(): ReadonlyMap<string, WaitingReason> {
    return this.#waiting
  }

  /** A container that runs is going to be ended and started anew. */
  willRestart({ id, name }: RuntimeContainer, message: string): void {
    this.#ended.add(id)
    this.#waiting.set(name, { reason: 'ContainerCreating', message })
  }

  /** Whether a container was ended to start anew, and has to run again however it ended. */
  isToRunAgain(id: string): boolean {
    return this.#ended.has(id)
  }

  /** What runs waits for nothing, and what is gone is forgotten. */
  follow(state: PodRuntimeState): void {
    for (const id of this.#ended)
      if (!state.containers.some(one => one.id === id)) this.#ended.delete(id)
    for (const name of this.#waiting.keys())
      if (isAlive(attemptsOf(state, name)[0])) this.#waiting.delete(name)
  }

  /**
   * Starts containers in this order; `started` hears of each. Those that fail wait: answers the milliseconds until the
   * first of them is to be tried again.
   */
  async start(
    containers: readonly AnyContainer[],
    input: Omit<StartInput, 'container'>,
    started: (container: AnyContainer, id: string) => void,
  ): Promise<number | undefined> {
    let again: number | undefined
    for (const container of containers) {
      input.signal.throwIfAborted()
      try {
        const id = await startContainer(this.#context, { ...input, container })
        this.#waiting.delete(container.name)
        started(container, id)
      } catch (error) {
        if (!(error instanceof StartError)) throw error
        this.#waiting.set(container.name, { reason: error.reason, message: error.message })
        again = Math.min(again ?? Number.POSITIVE_INFINITY, error.retryAfterMs ?? retryMs)
      }
    }
    return again
  }
}
