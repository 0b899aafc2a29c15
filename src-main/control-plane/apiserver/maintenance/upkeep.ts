import { errorMessage } from '#base/errors.ts'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { Services } from '../services.ts'

const retryMs = 1000

type StoredKind = Pick<ResourceDefinition, 'storagePrefix'>

export interface UpkeepOptions {
  services: Services
  /** What is kept up, for the log. */
  name: string
  /** The kinds whose changes ask for work; as a function where they are others from time to time. */
  kinds: readonly StoredKind[] | (() => readonly StoredKind[])
  /** Brings everything into order; run again when a kind changed meanwhile, or a second after it threw. */
  work(): Promise<void>
}

/** Runs the server's own bookkeeping: once at the start, and whenever one of the kinds that it depends on changed. */
export class Upkeep implements AsyncDisposable {
  readonly #options: UpkeepOptions
  readonly #listening: Disposable
  #seen = ''
  #isDirty = false
  #isStopped = false
  #running: Promise<void> | undefined
  #retry: Disposable | undefined

  constructor(options: UpkeepOptions) {
    this.#options = options
    this.#seen = this.#changes()
    this.#listening = options.services.caches.progress.on(() => this.#wakeOnChange())
    void this.#wake()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true
    this.#listening[Symbol.dispose]()
    this.#retry?.[Symbol.dispose]()
    await this.#running
  }

  /** Resolves when the work that is asked for by now is done, or has to be tried again. */
  async settled(): Promise<void> {
    await this.#running
  }

  #changes(): string {
    const { services, kinds } = this.#options
    const now = typeof kinds === 'function' ? kinds() : kinds
    return now.map(kind => services.caches.of(kind).changes).join()
  }

  #wakeOnChange(): void {
    const changes = this.#changes()
    if (changes === this.#seen) return
    this.#seen = changes
    void this.#wake()
  }

  #wake(): Promise<void> {
    this.#isDirty = true
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #work(): Promise<void> {
    while (this.#isDirty && !this.#isStopped) {
      this.#isDirty = false
      try {
        await this.#options.work()
      } catch (error) {
        this.#retryLater(error)
      }
    }
  }

  #retryLater(error: unknown): void {
    if (this.#isStopped) return
    const { services, name } = this.#options
    services.logger.debug(`could not keep up ${name}; will retry: ${errorMessage(error)}`)
    this.#retry?.[Symbol.dispose]()
    this.#retry = services.clock.after(retryMs, () => void this.#wake())
  }
}
