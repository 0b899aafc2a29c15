import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { apiVersionOf, type GroupVersionKind } from '#kubernetes/objects.ts'

/** Every kind that is served, found by where it lies in the URL or by its name in a manifest. */
export class Catalog {
  readonly #byPath = new Map<string, ResourceDefinition>()
  readonly #byKind = new Map<string, ResourceDefinition>()
  /** The same, by plural alone: every request looks several kinds up, and makes no text for it. */
  readonly #byPlural = new Map<string, ResourceDefinition[]>()
  /** Groups of kinds that were there from the start. */
  readonly #builtInGroups: ReadonlySet<string>
  #changes = 0

  constructor(definitions: Iterable<ResourceDefinition>) {
    const builtIn = [...definitions]
    this.#builtInGroups = new Set(builtIn.map(({ group }) => group))
    for (const definition of builtIn) this.add(definition)
  }

  /** Whether Kubernetes itself has kinds of a group, whatever definitions add. */
  isBuiltIn(group: string): boolean {
    return this.#builtInGroups.has(group)
  }

  /** Grows with every change: lets a reader keep what it derived until something changed. */
  get changes(): number {
    return this.#changes
  }

  /** Serves a kind from now on, in the place of the one that had its path. */
  add(definition: ResourceDefinition): void {
    const apiVersion = apiVersionOf(definition)
    this.#changes++
    this.#byPath.set(`${apiVersion}/${definition.plural}`, definition)
    this.#byKind.set(`${apiVersion}/${definition.kind}`, definition)
    this.#listPlural(definition)
  }

  /** Serves a kind no longer; does nothing when another one took its place. */
  remove(definition: ResourceDefinition): void {
    const apiVersion = apiVersionOf(definition)
    this.#changes++
    const path = `${apiVersion}/${definition.plural}`
    const kind = `${apiVersion}/${definition.kind}`
    if (this.#byPath.get(path) === definition) this.#byPath.delete(path)
    if (this.#byKind.get(kind) === definition) this.#byKind.delete(kind)
    this.#listPlural(definition)
  }

  all(): IterableIterator<ResourceDefinition> {
    return this.#byPath.values()
  }

  find(where: {
    group: string
    version: string
    resource: string
  }): ResourceDefinition | undefined {
    const { group, version } = where
    return this.#byPlural
      .get(where.resource)
      ?.find(one => one.group === group && one.version === version)
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

  #listPlural({ plural }: ResourceDefinition): void {
    const found = [...this.#byPath.values()].filter(one => one.plural === plural)
    if (found.length) this.#byPlural.set(plural, found)
    else this.#byPlural.delete(plural)
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
