import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { Revision, Store } from '#control-plane/storage/store.ts'
import type { Caches } from '../cache/caches.ts'

const defaultIntervalMs = 5 * 60_000

/**
 * Forgets the store's history every five minutes unless told, up to where it stood at the round before, so that five to
 * ten minutes are kept. Without writes nothing is scheduled.
 */
export class Compaction implements Disposable {
  readonly #store: Store
  readonly #caches: Caches
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #intervalMs: number
  readonly #listening: Disposable
  #timer: Disposable | undefined
  #mark: number

  constructor(options: {
    store: Store
    caches: Caches
    clock: Clock
    logger: Logger
    intervalMs?: number
  }) {
    this.#store = options.store
    this.#caches = options.caches
    this.#clock = options.clock
    this.#logger = options.logger
    this.#intervalMs = options.intervalMs ?? defaultIntervalMs
    this.#mark = options.caches.revision
    this.#listening = this.#caches.progress.on(() => this.#schedule())
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]()
    this.#timer?.[Symbol.dispose]()
  }

  #schedule(): void {
    this.#timer ??= this.#clock.after(this.#intervalMs, () => {
      this.#timer = undefined
      const upTo = this.#mark
      this.#mark = this.#caches.revision
      if (this.#mark > upTo) this.#schedule()
      for (const cache of this.#caches.all()) cache.forgetUpTo(upTo)
      this.#store
        .compact(upTo as Revision)
        .catch(error => this.#logger.warn(`could not compact the store: ${errorMessage(error)}`))
    })
  }
}
