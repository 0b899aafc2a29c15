import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { apiVersionOf, type GroupVersionKind } from '#kubernetes/objects.ts'

/** Every kind that is served, found by where it lies in the URL or by its name in a manifest. */
export class Catalog {
  readonly #byPath = new Map<string, ResourceDefinition>()
  readonly #byKind = new Map<string, ResourceDefinition>()

  constructor(definitions: Iterable<ResourceDefinition>) {
    for (const definition of definitions) {
      const apiVersion = apiVersionOf(definition)
      this.#byPath.set(`${apiVersion}/${definition.plural}`, definition)
      this.#byKind.set(`${apiVersion}/${definition.kind}`, definition)
    }
  }

  all(): IterableIterator<ResourceDefinition> {
    return this.#byPath.values()
  }

  find(where: {
    group: string
    version: string
    resource: string
  }): ResourceDefinition | undefined {
    return this.#byPath.get(`${apiVersionOf(where)}/${where.resource}`)
  }

  /** Throws when the kind isn't served; for kinds the server itself works with. */
  get(group: string, version: string, resource: string): ResourceDefinition {
    const definition = this.find({ group, version, resource })
    if (!definition) throw new Error(`the kind of ${resource}.${version}.${group} is not served`)
    return definition
  }

  byKind(kind: GroupVersionKind): ResourceDefinition | undefined {
    return this.#byKind.get(`${apiVersionOf(kind)}/${kind.kind}`)
  }

  /** The definition under which a kind's objects are stored: its own, or that of the kind it shares storage with. */
  storedDefinition(definition: ResourceDefinition): ResourceDefinition {
    const { storedAs } = definition
    if (!storedAs) return definition
    const { group, version } = storedAs
    for (const other of this.#byPath.values()) {
      if (
        other.group === group &&
        other.version === version &&
        other.storagePrefix === definition.storagePrefix
      )
        return other
    }
    throw new Error(`nothing stores ${definition.kind} in ${definition.storagePrefix}`)
  }
}

/** Where an object lies in the store. */
export const storeKey = (
  definition: Pick<ResourceDefinition, 'storagePrefix' | 'namespaced'>,
  namespace: string,
  name: string,
): string =>
  definition.namespaced
    ? `${definition.storagePrefix}/${namespace}/${name}`
    : `${definition.storagePrefix}/${name}`
