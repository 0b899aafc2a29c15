import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { type KubernetesObject, keyOf, type Stored } from '#kubernetes/objects.ts'
import type { ReflectorTarget } from './reflector.ts'

/** What a listener may want to hear. `replaced` objects arrive as the differences to what was known. */
export interface InformerHandlers<T extends KubernetesObject> {
  added?(object: Stored<T>): void
  updated?(object: Stored<T>, old: Stored<T>): void
  /** With the last state that was seen; it may be older than the object's true end. */
  deleted?(object: Stored<T>): void
}

/** The values under which an object is found in an index. */
export type IndexFunction<T extends KubernetesObject> = (object: Stored<T>) => string[]

/** Reads what an informer knows. Objects are shared: never change them, clone them first. */
export interface Lister<T extends KubernetesObject> {
  /** By `namespace/name`, or by name for what lives in no namespace. */
  get(key: string): Stored<T> | undefined
  /** Everything, or what lives in one namespace. */
  list(namespace?: string): Stored<T>[]
  /** What the named index holds for a value. Throws for an index that nobody added. */
  byIndex(index: string, value: string): Stored<T>[]
  readonly size: number
}

const namespaceIndex = 'namespace'

/** A local mirror of one kind, kept by a reflector, with indexes and listeners. */
export class Informer<T extends KubernetesObject> implements Lister<T>, ReflectorTarget<T> {
  readonly #objects = new Map<string, Stored<T>>()
  readonly #indexes = new Map<string, Index<T>>()
  readonly #handlers = new Set<InformerHandlers<T>>()
  readonly #logger: Logger
  readonly #synced = Promise.withResolvers<void>()
  #hasSynced = false

  constructor(logger: Logger) {
    this.#logger = logger
    this.#synced.promise.catch(() => {})
    this.addIndex(namespaceIndex, object => [object.metadata.namespace ?? ''])
  }

  /** Whether the first whole state has arrived. */
  get hasSynced(): boolean {
    return this.#hasSynced
  }

  /** Resolves when the first whole state has arrived. */
  get synced(): Promise<void> {
    return this.#synced.promise
  }

  get size(): number {
    return this.#objects.size
  }

  get(key: string): Stored<T> | undefined {
    return this.#objects.get(key)
  }

  list(namespace?: string): Stored<T>[] {
    return namespace ? this.byIndex(namespaceIndex, namespace) : [...this.#objects.values()]
  }

  byIndex(index: string, value: string): Stored<T>[] {
    const found = this.#indexes.get(index)
    if (!found) throw new Error(`no index ${JSON.stringify(index)}`)
    return found.of(value)
  }

  /** Adds an index; one of the same name is kept, so that several users may ask for it. */
  addIndex(name: string, values: IndexFunction<T>): void {
    if (this.#indexes.has(name)) return
    const index = new Index(values)
    for (const [key, object] of this.#objects) index.put(key, object)
    this.#indexes.set(name, index)
  }

  /** Listens; what is known already is announced as added, at once. */
  on(handlers: InformerHandlers<T>): Disposable {
    this.#handlers.add(handlers)
    for (const object of this.#objects.values()) {
      this.#tell('added', () => handlers.added?.(object))
    }
    return { [Symbol.dispose]: () => this.#handlers.delete(handlers) }
  }

  replace(objects: Stored<T>[]): void {
    const gone = new Map(this.#objects)
    for (const object of objects) {
      gone.delete(keyOf(object))
      this.#put(object)
    }
    for (const object of gone.values()) this.#remove(object)
    this.#hasSynced = true
    this.#synced.resolve()
  }

  apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Stored<T>): void {
    if (type === 'DELETED') this.#remove(object)
    else this.#put(object)
  }

  #put(object: Stored<T>): void {
    const key = keyOf(object)
    const old = this.#objects.get(key)
    if (old?.metadata.resourceVersion === object.metadata.resourceVersion) return
    if (old && old.metadata.uid !== object.metadata.uid) {
      // Deleted and made anew under the same name while we weren't watching.
      this.#remove(old)
      this.#put(object)
      return
    }
    this.#objects.set(key, object)
    for (const index of this.#indexes.values()) index.put(key, object, old)
    for (const handlers of this.#handlers) {
      if (old) this.#tell('updated', () => handlers.updated?.(object, old))
      else this.#tell('added', () => handlers.added?.(object))
    }
  }

  #remove(object: Stored<T>): void {
    const key = keyOf(object)
    const known = this.#objects.get(key)
    if (!known) return
    this.#objects.delete(key)
    for (const index of this.#indexes.values()) index.remove(key, known)
    for (const handlers of this.#handlers) {
      this.#tell('deleted', () => handlers.deleted?.(object))
    }
  }

  #tell(event: string, handler: () => void): void {
    try {
      handler()
    } catch (error) {
      this.#logger.error('an informer handler threw', { event, error: errorMessage(error) })
    }
  }
}

class Index<T extends KubernetesObject> {
  readonly #values: IndexFunction<T>
  readonly #buckets = new Map<string, Map<string, Stored<T>>>()

  constructor(values: IndexFunction<T>) {
    this.#values = values
  }

  of(value: string): Stored<T>[] {
    return [...(this.#buckets.get(value)?.values() ?? [])]
  }

  put(key: string, object: Stored<T>, old?: Stored<T>): void {
    const values = this.#values(object)
    if (old) {
      for (const value of this.#values(old)) if (!values.includes(value)) this.#drop(key, value)
    }
    for (const value of values) {
      let bucket = this.#buckets.get(value)
      if (!bucket) {
        bucket = new Map()
        this.#buckets.set(value, bucket)
      }
      bucket.set(key, object)
    }
  }

  remove(key: string, object: Stored<T>): void {
    for (const value of this.#values(object)) this.#drop(key, value)
  }

  #drop(key: string, value: string): void {
    const bucket = this.#buckets.get(value)
    bucket?.delete(key)
    if (bucket?.size === 0) this.#buckets.delete(value)
  }
}
