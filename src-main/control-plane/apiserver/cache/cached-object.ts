import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { apiVersionOf, type KubernetesObject, type Stored } from '#kubernetes/objects.ts'

const prefixes = new WeakMap<ResourceDefinition, Buffer>()

/** What every stored object of a kind begins with; the resource version goes in right behind it. */
function storedPrefix(definition: ResourceDefinition): Buffer {
  let prefix = prefixes.get(definition)
  if (!prefix) {
    const head = { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata: {} }
    prefix = Buffer.from(JSON.stringify(head).slice(0, -2))
    prefixes.set(definition, prefix)
  }
  return prefix
}

/** The bytes an object is stored as: JSON with kind, apiVersion and metadata in front and without a resource version. */
export function encodeStored(definition: ResourceDefinition, object: KubernetesObject): Buffer {
  const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = object
  const { resourceVersion: _revision, selfLink: _link, ...meta } = metadata
  const head = { kind: definition.kind, apiVersion: apiVersionOf(definition) }
  return Buffer.from(JSON.stringify({ ...head, metadata: meta, ...rest }))
}

/**
 * One version of one object: the stored bytes, and on demand, made once, the bytes a client gets (the resource version
 * spliced in) and the decoded object, which is frozen because everybody shares it.
 */
export class CachedObject {
  readonly definition: ResourceDefinition
  /** Key in the store. */
  readonly key: string
  readonly revision: number
  readonly #stored: Uint8Array
  #bytes: Buffer | undefined
  #object: Readonly<Stored<KubernetesObject>> | undefined
  #views: Map<ResourceDefinition, CachedObject> | undefined

  constructor(definition: ResourceDefinition, key: string, revision: number, stored: Uint8Array) {
    this.definition = definition
    this.key = key
    this.revision = revision
    this.#stored = stored
  }

  /** An object that isn't stored: the result of a dry run. */
  static unstored(
    definition: ResourceDefinition,
    object: KubernetesObject,
    revision = 0,
  ): CachedObject {
    return new CachedObject(definition, '', revision, encodeStored(definition, object))
  }

  get stored(): Uint8Array {
    return this.#stored
  }

  get bytes(): Buffer {
    this.#bytes ??= this.#splice()
    return this.#bytes
  }

  /** The bytes a client gets, in pieces: a list takes them as they are and leaves no second copy of every object behind. */
  get pieces(): readonly Uint8Array[] {
    return this.#bytes ? [this.#bytes] : this.#splices()
  }

  get object(): Readonly<Stored<KubernetesObject>> {
    this.#object ??= deepFreeze(JSON.parse(this.#splice().toString()))
    return this.#object as Readonly<Stored<KubernetesObject>>
  }

  get metadata(): Stored<KubernetesObject>['metadata'] {
    return this.object.metadata
  }

  /** A private copy that may be changed. */
  copy<T extends KubernetesObject = KubernetesObject>(): T {
    return JSON.parse(this.#splice().toString()) as T
  }

  /** The same content at another revision, as a DELETED event shows it. */
  at(revision: number): CachedObject {
    return new CachedObject(this.definition, this.key, revision, this.#stored)
  }

  /** The object as another kind that shares its storage. */
  as(definition: ResourceDefinition): CachedObject {
    if (definition === this.definition || !definition.storedAs) return this
    let view = this.#views?.get(definition)
    if (!view) {
      const converted = definition.storedAs.fromStored(this.object)
      view = new CachedObject(
        definition,
        this.key,
        this.revision,
        encodeStored(definition, converted),
      )
      this.#views ??= new Map()
      this.#views.set(definition, view)
    }
    return view
  }

  /** The stored bytes; of a kind whose schema may change, what they are by the schema of now. */
  #current(): Buffer {
    const stored = Buffer.from(this.#stored.buffer, this.#stored.byteOffset, this.#stored.length)
    const { custom } = this.definition
    if (!custom) return stored
    return encodeStored(this.definition, custom.fromStore(JSON.parse(stored.toString())))
  }

  #splice(): Buffer {
    return this.#bytes ?? Buffer.concat(this.#splices())
  }

  #splices(): Buffer[] {
    const stored = this.#current()
    if (!this.revision) return [stored]
    const prefix = storedPrefix(this.definition)
    if (prefix.compare(stored, 0, prefix.length) !== 0) {
      throw new Error(`the value of ${this.key} does not begin like a ${this.definition.kind}`)
    }
    const version = Buffer.from(`"resourceVersion":"${this.revision}",`)
    return [prefix, version, stored.subarray(prefix.length)]
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}
