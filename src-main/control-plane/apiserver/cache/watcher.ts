import type { Clock } from '#base/clock.ts'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { Status } from '#kubernetes/api/meta-v1.ts'
import { apiVersionOf, type KubernetesObject } from '#kubernetes/objects.ts'
import { expired } from '../failures.ts'
import type { CachedObject } from './cached-object.ts'
import { bookmark, type CacheEvent, WatchItem } from './watch-item.ts'

/** What a watcher sends: a change of an object, a bookmark, or an error that ends the watch. */
export type WatchMessage =
  | WatchItem
  | { type: 'BOOKMARK'; object: KubernetesObject }
  | { type: 'ERROR'; object: Status }

/** Where a watcher's messages go. `send` must not block; a sink that can't keep up stops the watcher. */
export interface WatchSink {
  send(message: WatchMessage): void
  /** The watch is over: time ran out or the server stops. */
  end(): void
}

export interface WatchOptions {
  definition: ResourceDefinition
  matches: (object: CachedObject) => boolean
  /** Watches of the same objects match the same ones when they name the same here. */
  selection?: string
  /** `state`: begin with what is there now; a number: begin after that revision; `now`: only what comes. */
  from: 'state' | 'now' | number
  /** Marks the end of the initial state with an annotated bookmark. */
  markInitialEvents: boolean
  bookmarks: boolean
  timeoutMs: number
}

/** What a watcher needs of the cache that it follows. */
export interface WatchSource {
  readonly revision: number
  /** The first revision that a watch can begin after. */
  readonly oldest: number
  sorted(): readonly CachedObject[]
  eventsAfter(revision: number): readonly CacheEvent[]
  follow(watcher: Watcher): void
  unfollow(watcher: Watcher): void
}

/** One watch of one client on one resource. Nothing flows until `start`. */
export class Watcher {
  readonly options: WatchOptions
  readonly #cache: WatchSource
  readonly #clock: Clock
  #sink: WatchSink | undefined
  #timeout: Disposable | undefined
  #sentUpTo = 0

  constructor(cache: WatchSource, clock: Clock, options: WatchOptions) {
    this.#cache = cache
    this.#clock = clock
    this.options = options
  }

  /**
   * Sends what is due and follows from there; there is no gap between the two. When what is due is forgotten, the watch
   * ends with an ERROR event: like upstream's, it has begun by then.
   */
  start(sink: WatchSink): void {
    const { from, markInitialEvents, timeoutMs } = this.options
    const { oldest } = this.#cache
    if (typeof from === 'number' && from < oldest) {
      const { status } = expired(`too old resource version: ${from} (${oldest})`)
      sink.send({ type: 'ERROR', object: status })
      sink.end()
      return
    }
    this.#sink = sink
    this.#cache.follow(this)
    this.#timeout = this.#clock.after(timeoutMs, () => this.#finish())
    if (from === 'state') this.#sendState()
    if (typeof from === 'number') {
      this.#sentUpTo = from
      for (const event of this.#cache.eventsAfter(from)) this.deliver(event)
    } else {
      this.#sentUpTo = this.#cache.revision
    }
    if (markInitialEvents) this.#send(this.#bookmark(true))
  }

  /** Called by the cache for each change. */
  deliver(event: CacheEvent): void {
    if (event.revision <= this.#sentUpTo) return
    this.#sentUpTo = event.revision
    const { matches, selection } = this.options
    const seen = event.seenBy(matches, selection)
    if (seen) this.#send(this.#viewed(seen))
  }

  /** Called by the cache now and then: tells how far the client has come. */
  bookmark(): void {
    if (this.options.bookmarks) this.#send(this.#bookmark(false))
  }

  /** Ends the watch from the server's side, telling the client where it got to. */
  finish(): void {
    this.#finish()
  }

  /** Ends the watch at once and silently: the client is gone or too slow. */
  stop(): void {
    this.#cache.unfollow(this)
    this.#timeout?.[Symbol.dispose]()
    this.#sink = undefined
  }

  #finish(): void {
    const sink = this.#sink
    if (!sink) return
    this.bookmark()
    this.stop()
    sink.end()
  }

  #sendState(): void {
    for (const item of this.#cache.sorted()) {
      if (this.options.matches(item)) this.#send(this.#viewed(new WatchItem('ADDED', item)))
    }
  }

  #viewed(seen: WatchItem): WatchItem {
    const { definition } = this.options
    if (seen.item.definition === definition) return seen
    return new WatchItem(seen.type, seen.item.as(definition))
  }

  #bookmark(endsInitialEvents: boolean) {
    const { definition } = this.options
    const head = { kind: definition.kind, apiVersion: apiVersionOf(definition) }
    const revision = Math.max(this.#sentUpTo, this.#cache.revision)
    return bookmark(head, revision, endsInitialEvents)
  }

  #send(message: WatchMessage): void {
    this.#sink?.send(message)
  }
}
