import type { Clock } from '#base/clock.ts'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { CachedObject } from './cached-object.ts'
import { CacheEvent } from './watch-item.ts'
import { Watcher, type WatchOptions } from './watcher.ts'

const bookmarkEveryMs = 60_000
const keptEvents = 10_000

/** All objects of one kind as of the newest durable revision, the recent changes, and who follows them. */
export class ResourceCache {
  readonly definition: ResourceDefinition
  readonly #clock: Clock
  readonly #progress: () => number
  readonly #objects = new Map<string, CachedObject>()
  readonly #watchers = new Set<Watcher>()
  #events: CacheEvent[] = []
  #forgottenUpTo: number
  #loadedAt = 0
  #changes = 0
  #sorted: CachedObject[] | undefined
  #bookmarkTimer: Disposable | undefined

  /** `progress` tells the newest revision that every cache has seen. */
  constructor(definition: ResourceDefinition, clock: Clock, progress: () => number) {
    this.definition = definition
    this.#clock = clock
    this.#progress = progress
    this.#forgottenUpTo = 0
  }

  get revision(): number {
    return this.#progress()
  }

  /** How many watches follow it. */
  get watching(): number {
    return this.#watchers.size
  }

  /** The revision as of which the cache was filled. */
  get loadedAt(): number {
    return this.#loadedAt
  }

  /** Grows with every change: lets a reader keep what it derived until something changed. */
  get changes(): number {
    return this.#changes
  }

  get size(): number {
    return this.#objects.size
  }

  get(key: string): CachedObject | undefined {
    return this.#objects.get(key)
  }

  values(): IterableIterator<CachedObject> {
    return this.#objects.values()
  }

  /** All objects in the order of their keys. */
  sorted(): readonly CachedObject[] {
    this.#sorted ??= [...this.#objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
    return this.#sorted
  }

  /** Fills the cache once, before anybody follows it. */
  load(items: Iterable<CachedObject>, revision: number): void {
    for (const item of items) this.#objects.set(item.key, item)
    this.#forgottenUpTo = revision
    this.#loadedAt = revision
    this.#changes++
  }

  /** The same objects and the same history, seen by another definition; nobody follows it yet. */
  redefined(definition: ResourceDefinition): ResourceCache {
    const cache = new ResourceCache(definition, this.#clock, this.#progress)
    const again = <T extends CachedObject | undefined>(item: T) =>
      item && new CachedObject(definition, item.key, item.revision, item.stored)
    cache.load([...this.#objects.values()].map(again), this.#loadedAt)
    cache.#forgottenUpTo = this.#forgottenUpTo
    cache.#changes = this.#changes + 1
    cache.#events = this.#events.map(
      ({ revision, current, previous }) =>
        new CacheEvent(revision, again(current), again(previous)),
    )
    return cache
  }

  /** Takes in a change and tells the watchers. */
  apply(event: CacheEvent): void {
    this.#changes++
    this.#sorted = undefined
    if (event.current) this.#objects.set(event.current.key, event.current)
    else if (event.previous) this.#objects.delete(event.previous.key)
    this.#events.push(event)
    if (this.#events.length > keptEvents * 1.25) this.#forget(this.#events.length - keptEvents)
    for (const watcher of this.#watchers) watcher.deliver(event)
    event.settle()
  }

  /** Forgets changes up to a revision: watches from before get a 410. */
  forgetUpTo(revision: number): void {
    const kept = this.#events.findIndex(event => event.revision > revision)
    this.#forget(kept === -1 ? this.#events.length : kept)
    this.#forgottenUpTo = Math.max(this.#forgottenUpTo, revision)
  }

  /** Whether all changes after a revision are still known. */
  remembers(revision: number): boolean {
    return revision >= this.#forgottenUpTo
  }

  get oldest(): number {
    return this.#forgottenUpTo
  }

  eventsAfter(revision: number): CacheEvent[] {
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#events[middle]?.revision ?? 0) > revision) high = middle
      else low = middle + 1
    }
    return this.#events.slice(low)
  }

  watcher(options: WatchOptions): Watcher {
    return new Watcher(this, this.#clock, options)
  }

  follow(watcher: Watcher): void {
    this.#watchers.add(watcher)
    if (watcher.options.bookmarks) this.#bookmarkTimer ??= this.#scheduleBookmarks()
  }

  unfollow(watcher: Watcher): void {
    this.#watchers.delete(watcher)
    if (this.#watchers.size) return
    this.#bookmarkTimer?.[Symbol.dispose]()
    this.#bookmarkTimer = undefined
  }

  /** Ends every watch, as before a stop. */
  finishWatches(): void {
    for (const watcher of [...this.#watchers]) watcher.finish()
  }

  #scheduleBookmarks(): Disposable {
    return this.#clock.after(bookmarkEveryMs, () => {
      for (const watcher of [...this.#watchers]) watcher.bookmark()
      this.#bookmarkTimer = this.#watchers.size ? this.#scheduleBookmarks() : undefined
    })
  }

  #forget(count: number): void {
    const last = this.#events[count - 1]
    if (!last) return
    this.#forgottenUpTo = Math.max(this.#forgottenUpTo, last.revision)
    this.#events = this.#events.slice(count)
  }
}
