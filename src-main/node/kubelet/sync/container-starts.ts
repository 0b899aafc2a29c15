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

  constructor(context: PodContext) {
    this.#context = context
  }

  /** Why containers that should run don't, by name. */
  get waiting(): ReadonlyMap<string, WaitingReason> {
    return this.#waiting
  }

  /** A container that runs is going to be started anew. */
  willRestart(name: string, message: string): void {
    this.#waiting.set(name, { reason: 'ContainerCreating', message })
  }

  /** What runs waits for nothing. */
  follow(state: PodRuntimeState): void {
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
