import type { Clock } from '#base/clock.ts'
import { Emitter } from '#base/emitter.ts'
import { isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { KeyValue, Revision, Store, StoreEvent } from '#control-plane/storage/store.ts'
import { tooLargeResourceVersion } from '../failures.ts'
import { CachedObject } from './cached-object.ts'
import { ResourceCache } from './resource-cache.ts'
import { CacheEvent } from './watch-item.ts'

const root = '/registry/'

interface Waiter {
  revision: number
  resolve: () => void
}

/** The caches of all stored kinds, fed by one watch of the store, so that all of them are always at the same revision. */
export class Caches implements AsyncDisposable {
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #stop = new AbortController()
  readonly #byPrefix = new Map<string, ResourceCache>()
  /** What happened to kinds while the store is read for them. */
  readonly #opening = new Map<string, StoreEvent[]>()
  readonly #waiters = new Set<Waiter>()
  /** Tells each revision that the caches reached, once a commit. */
  readonly progress = new Emitter<number>()
  #revision = 0
  #following: Promise<void> = Promise.resolve()
  #failed: unknown

  private constructor(options: { store: Store; clock: Clock; logger: Logger }) {
    this.#store = options.store
    this.#clock = options.clock
    this.#logger = options.logger
  }

  /** Reads everything once and follows the store from there. */
  static async start(options: {
    store: Store
    definitions: Iterable<ResourceDefinition>
    clock: Clock
    logger: Logger
  }): Promise<Caches> {
    const caches = new Caches(options)
    for (const definition of options.definitions) caches.add(definition)
    await caches.#load()
    caches.#following = caches.#follow()
    return caches
  }

  /** The newest revision that all caches show. */
  get revision(): number {
    return this.#revision
  }

  /** Whether the caches still follow the store. */
  get healthy(): boolean {
    return this.#failed === undefined
  }

  /** The cache in which a kind's objects lie. */
  of(definition: Pick<ResourceDefinition, 'storagePrefix'>): ResourceCache {
    const cache = this.#byPrefix.get(definition.storagePrefix)
    if (!cache) throw new Error(`no cache for ${definition.storagePrefix}`)
    return cache
  }

  all(): IterableIterator<ResourceCache> {
    return this.#byPrefix.values()
  }

  /** Makes a place for a kind; kinds that are stored as another share that one's. */
  add(definition: ResourceDefinition): void {
    if (definition.virtual || definition.storedAs) return
    const cache = new ResourceCache(definition, this.#clock, () => this.#revision)
    this.#byPrefix.set(definition.storagePrefix, cache)
  }

  /** Makes a place for a kind while the server runs, and fills it from the store. */
  async open(definition: ResourceDefinition): Promise<void> {
    const { storagePrefix } = definition
    const meanwhile: StoreEvent[] = []
    this.#opening.set(storagePrefix, meanwhile)
    try {
      const { items, revision } = await this.#store.range({ prefix: `${storagePrefix}/` })
      const cache = new ResourceCache(definition, this.#clock, () => this.#revision)
      cache.load(
        items.map(item => this.#cached(cache, item)),
        revision,
      )
      this.#byPrefix.set(storagePrefix, cache)
      for (const event of meanwhile) this.#applyTo(cache, event)
      await this.reached(revision)
    } finally {
      this.#opening.delete(storagePrefix)
    }
  }

  /** Shows a kind's objects by a new definition from now on. Watches end; they can go on where they were. */
  redefine(definition: ResourceDefinition): void {
    const old = this.of(definition)
    this.#byPrefix.set(definition.storagePrefix, old.redefined(definition))
    old.finishWatches()
  }

  /** Gives up a kind's place; watches end. */
  close(definition: ResourceDefinition): void {
    this.#byPrefix.get(definition.storagePrefix)?.finishWatches()
    this.#byPrefix.delete(definition.storagePrefix)
  }

  /** Whether a kind has a place. */
  has(definition: Pick<ResourceDefinition, 'storagePrefix'>): boolean {
    return this.#byPrefix.has(definition.storagePrefix)
  }

  /** Resolves when the caches show a revision; with `timeoutMs`, throws the 504 of a revision still to come after that. */
  async reached(revision: number, timeoutMs?: number): Promise<void> {
    if (this.#revision >= revision) return
    if (this.#failed !== undefined) throw this.#failed
    await new Promise<void>((resolve, reject) => {
      const waiter = { revision, resolve }
      this.#waiters.add(waiter)
      if (timeoutMs === undefined) return
      const timer = this.#clock.after(timeoutMs, () => {
        this.#waiters.delete(waiter)
        reject(tooLargeResourceVersion(revision, this.#revision))
      })
      waiter.resolve = () => {
        timer[Symbol.dispose]()
        resolve()
      }
    })
  }

  /** Ends every watch, telling the clients how far they got. */
  finishWatches(): void {
    for (const cache of this.#byPrefix.values()) cache.finishWatches()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.finishWatches()
    this.#stop.abort()
    await this.#following
  }

  async #load(): Promise<void> {
    const { items, revision } = await this.#store.range({ prefix: root })
    const found = new Map<ResourceCache, CachedObject[]>()
    for (const item of items) {
      const cache = find(this.#byPrefix, item.key)
      if (!cache) continue
      const list = found.get(cache) ?? []
      list.push(this.#cached(cache, item))
      found.set(cache, list)
    }
    for (const cache of this.#byPrefix.values()) cache.load(found.get(cache) ?? [], revision)
    this.#revision = revision
  }

  async #follow(): Promise<void> {
    try {
      const after = this.#revision as Revision
      for await (const batch of this.#store.watch(root, after, this.#stop.signal)) {
        for (const event of batch) this.#apply(event)
        this.#settle()
        this.progress.emit(this.#revision)
      }
    } catch (error) {
      if (isAbort(error) || this.#stop.signal.aborted) return
      this.#failed = error
      this.#logger.error('the caches lost the store', { error })
    }
  }

  #apply(event: StoreEvent): void {
    this.#revision = event.revision
    const cache = find(this.#byPrefix, event.key)
    if (cache) this.#applyTo(cache, event)
    else if (this.#opening.size) find(this.#opening, event.key)?.push(event)
  }

  #applyTo(cache: ResourceCache, event: StoreEvent): void {
    if (event.revision <= cache.loadedAt) return
    const previous =
      cache.get(event.key) ?? (event.previous ? this.#cached(cache, event.previous) : undefined)
    const { key, revision, value } = event
    const current = value ? new CachedObject(cache.definition, key, revision, value) : undefined
    cache.apply(new CacheEvent(revision, current, previous))
  }

  #settle(): void {
    for (const waiter of this.#waiters) {
      if (waiter.revision > this.#revision) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }

  #cached(cache: ResourceCache, item: KeyValue): CachedObject {
    return new CachedObject(cache.definition, item.key, item.revision, item.value)
  }
}

/** What belongs to a key's prefix, which has two or three parts: `/registry/pods`, `/registry/services/specs`. */
function find<T>(byPrefix: ReadonlyMap<string, T>, key: string): T | undefined {
  const second = key.indexOf('/', root.length)
  const short = byPrefix.get(key.slice(0, second))
  if (short) return short
  const third = key.indexOf('/', second + 1)
  return third === -1 ? undefined : byPrefix.get(key.slice(0, third))
}
