import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { type Revision, RevisionConflictError, type Store } from '#control-plane/storage/store.ts'
import type { CachedObject } from '../cache/cached-object.ts'
import type { ResourceCache } from '../cache/resource-cache.ts'
import { WatchItem } from '../cache/watch-item.ts'

const lifeMs = 60 * 60_000
/** Events that expire close together are deleted in one go. */
const togetherMs = 10_000
const watchMs = 24 * 60 * 60_000

interface Entry {
  revision: number
  expiresAt: number
}

/** Deletes Events an hour after they were last written, as upstream's time to live. Wakes only when one is due. */
export class EventExpiry implements Disposable {
  readonly #cache: ResourceCache
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  /** In the order of expiry. */
  readonly #entries = new Map<string, Entry>()
  #timer: Disposable | undefined
  #stop: () => void = () => {}

  constructor(options: { cache: ResourceCache; store: Store; clock: Clock; logger: Logger }) {
    this.#cache = options.cache
    this.#store = options.store
    this.#clock = options.clock
    this.#logger = options.logger
    const known = [...this.#cache.values()].map(item => [item, writtenAt(item)] as const)
    for (const [item, at] of known.sort((a, b) => a[1] - b[1])) this.#remember(item, at)
    this.#follow()
  }

  [Symbol.dispose](): void {
    this.#stop()
    this.#timer?.[Symbol.dispose]()
  }

  #follow(): void {
    const watcher = this.#cache.watcher({
      definition: this.#cache.definition,
      matches: () => true,
      from: 'now',
      markInitialEvents: false,
      bookmarks: false,
      timeoutMs: watchMs,
    })
    this.#stop = () => watcher.stop()
    watcher.start({
      send: message => {
        if (!(message instanceof WatchItem)) return
        this.#entries.delete(message.item.key)
        if (message.type !== 'DELETED') this.#remember(message.item, this.#clock.now())
      },
      end: () => this.#follow(),
    })
  }

  #remember({ key, revision }: CachedObject, at: number): void {
    this.#entries.set(key, { revision, expiresAt: at + lifeMs })
    this.#schedule()
  }

  #schedule(): void {
    if (this.#timer) return
    const first = this.#entries.values().next().value
    if (!first) return
    const waitMs = Math.max(0, first.expiresAt - this.#clock.now()) + togetherMs
    this.#timer = this.#clock.after(waitMs, () => {
      this.#timer = undefined
      this.#expire()
      this.#schedule()
    })
  }

  #expire(): void {
    const now = this.#clock.now()
    for (const [key, { revision, expiresAt }] of this.#entries) {
      if (expiresAt > now) return
      this.#entries.delete(key)
      this.#store.delete(key, revision as Revision).catch(error => {
        if (error instanceof RevisionConflictError) return
        this.#logger.warn(`could not delete an expired event: ${errorMessage(error)}`)
      })
    }
  }
}

/** When an event from an earlier run was last written, as far as it tells. */
function writtenAt({ object }: CachedObject): number {
  const { lastTimestamp, series } = object as {
    lastTimestamp?: string | null
    series?: { lastObservedTime?: string }
  }
  const times = [object.metadata.creationTimestamp, lastTimestamp, series?.lastObservedTime]
  return Math.max(...times.map(time => (time ? Date.parse(time) : 0)))
}
