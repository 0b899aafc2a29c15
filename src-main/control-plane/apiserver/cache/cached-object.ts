import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { apiVersionOf, type KubernetesObject, type Stored } from '#kubernetes/objects.ts'
import { deepFreeze, freezeShared } from './freeze.ts'
import type { Piece } from './piece.ts'
import { textWithoutManagedFields } from './skip-managed-fields.ts'

/** What every object of a kind begins with. */
interface Prefix {
  /** As it is stored: up to the brace of its metadata, where the resource version goes in. */
  readonly stored: Buffer
  /** As clients get it: up to the resource version's digits. */
  readonly sent: Buffer
}

const prefixes = new WeakMap<ResourceDefinition, Prefix>()
const versionBegin = '"resourceVersion":"'
const versionEnd = '",'

function prefixOf(definition: ResourceDefinition): Prefix {
  let prefix = prefixes.get(definition)
  if (!prefix) {
    const head = { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata: {} }
    const text = JSON.stringify(head).slice(0, -2)
    prefix = { stored: Buffer.from(text), sent: Buffer.from(text + versionBegin) }
    prefixes.set(definition, prefix)
  }
  return prefix
}

/** The bytes an object is stored as: JSON with kind, apiVersion and metadata in front and without a resource version. */
export function encodeStored(definition: ResourceDefinition, object: KubernetesObject): Buffer {
  const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = object
  const { resourceVersion: _revision, selfLink: _link, ...meta } = metadata
  const head = { kind: definition.kind, apiVersion: apiVersionOf(definition) }
  return ownBuffer(JSON.stringify({ ...head, metadata: meta, ...rest }))
}

/** Text as bytes that lie by themselves: what is kept for long would keep alive a whole slab of Node's pool. */
function ownBuffer(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}

/**
 * One version of one object. Only the stored bytes are kept, and what was decoded of them, which is frozen because
 * everybody shares it; what a client gets, the resource version spliced in, is made when it is sent.
 */
export class CachedObject implements Piece {
  readonly definition: ResourceDefinition
  /** Key in the store. */
  readonly key: string
  readonly revision: number
  readonly #stored: Uint8Array
  #current: Buffer | undefined
  #isChecked = false
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

  /** The bytes a client gets; made anew each time. */
  get bytes(): Buffer {
    const bytes = Buffer.allocUnsafe(this.size)
    this.copyInto(bytes, 0)
    return bytes
  }

  /** How many bytes a client gets. */
  get size(): number {
    return this.#bytesNow().length + this.#versionSize
  }

  /** Writes the bytes a client gets: the stored ones, with the resource version behind what they begin with. */
  copyInto(target: Buffer, at: number): void {
    const stored = this.#bytesNow()
    const { sent } = this.#prefixOf(stored)
    target.set(stored, at + this.#versionSize)
    if (!this.revision) return
    target.set(sent, at)
    const digits = `${this.revision}${versionEnd}`
    // By hand: Buffer's own way into native code takes longer than so few bytes.
    for (let index = 0; index < digits.length; index++) {
      target[at + sent.length + index] = digits.charCodeAt(index)
    }
  }

  /** The object without its managedFields, which are kept out of memory. Decoded once, and shared. */
  get object(): Readonly<Stored<KubernetesObject>> {
    this.#object ??= this.#decodeLean()
    return this.#object
  }

  /** The object with its managedFields; decoded anew each time. */
  get whole(): Readonly<Stored<KubernetesObject>> {
    return deepFreeze(this.copy() as Stored<KubernetesObject>)
  }

  /** Without managedFields. */
  get metadata(): Stored<KubernetesObject>['metadata'] {
    return this.object.metadata
  }

  /** A private copy that may be changed, managedFields included. */
  copy<T extends KubernetesObject = KubernetesObject>(): T {
    return JSON.parse(this.bytes.toString()) as T
  }

  /** Lets go of what was decoded: for versions that are history and are kept only for watches that begin in the past. */
  forgetDecoded(): void {
    this.#object = undefined
    this.#views = undefined
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
      const converted = definition.storedAs.fromStored(this.whole)
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

  /** How long the resource version is as the member that goes into the metadata; what isn't stored has none. */
  get #versionSize(): number {
    if (!this.revision) return 0
    return versionBegin.length + String(this.revision).length + versionEnd.length
  }

  /** The stored bytes; of a kind whose schema may change, what they are by the schema of now. */
  #bytesNow(): Uint8Array {
    const { custom } = this.definition
    if (!custom) return this.#stored
    this.#current ??= encodeStored(
      this.definition,
      custom.fromStore(JSON.parse(asBuffer(this.#stored).toString())),
    )
    return this.#current
  }

  #decodeLean(): Readonly<Stored<KubernetesObject>> {
    const stored = this.#bytesNow()
    const { length } = this.#prefixOf(stored).stored
    const object = JSON.parse(textWithoutManagedFields(asBuffer(stored), length))
    if (this.revision) object.metadata.resourceVersion = String(this.revision)
    return freezeShared(object)
  }

  /** What the object begins with; throws when it begins otherwise. */
  #prefixOf(stored: Uint8Array): Prefix {
    const prefix = prefixOf(this.definition)
    if (this.#isChecked) return prefix
    if (prefix.stored.compare(stored, 0, prefix.stored.length) !== 0) {
      throw new Error(`the value of ${this.key} does not begin like a ${this.definition.kind}`)
    }
    this.#isChecked = true
    return prefix
  }
}

/** The same bytes, with what only a Buffer can do. */
const asBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, length)
