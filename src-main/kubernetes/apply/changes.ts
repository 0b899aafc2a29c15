import type { KubernetesObject } from '../objects.ts'
import { FieldSet } from './field-set.ts'
import { inVersion, type ManagedWrite, typeIn } from './managed-write.ts'
import { rootPlace } from './ownership.ts'
import { fieldElement } from './path-element.ts'
import { type Comparison, compare } from './walk.ts'

/** What a write changes, in the fields of every version that somebody wrote in. */
export class Changes {
  readonly #old: Readonly<KubernetesObject>
  readonly #next: Readonly<KubernetesObject>
  readonly #write: ManagedWrite
  readonly #byVersion = new Map<string, Comparison | undefined>()

  /** Both objects are in the write's version, without `managedFields`. */
  constructor(
    old: Readonly<KubernetesObject>,
    next: Readonly<KubernetesObject>,
    write: ManagedWrite,
  ) {
    this.#old = old
    this.#next = next
    this.#write = write
  }

  /** In the version of the write. */
  get own(): Comparison {
    const changes = this.in(this.#write.apiVersion)
    if (!changes) throw new Error(`${this.#write.apiVersion} has no type`)
    return changes
  }

  /** Undefined for a version that there isn't any more. */
  in(apiVersion: string): Comparison | undefined {
    if (!this.#byVersion.has(apiVersion)) this.#byVersion.set(apiVersion, this.#compare(apiVersion))
    return this.#byVersion.get(apiVersion)
  }

  #compare(apiVersion: string): Comparison | undefined {
    const type = typeIn(this.#write, apiVersion)
    if (!type) return undefined
    const [old, next] = [this.#old, this.#next].map(one => inVersion(this.#write, one, apiVersion))
    return exclude(compare(old, next, rootPlace(type)), this.#write.resetFields)
  }
}

/** The changes but for those of the fields an endpoint resets. */
function exclude(changes: Comparison, fields: ManagedWrite['resetFields'] = []): Comparison {
  if (!fields.length) return changes
  const excluded = fieldSet(fields)
  return {
    added: changes.added.without(excluded),
    modified: changes.modified.without(excluded),
    removed: changes.removed.without(excluded),
  }
}

export const fieldSet = (fields: readonly (readonly string[])[]): FieldSet =>
  FieldSet.of(fields.map(path => path.map(fieldElement)))
