import {
  CustomObjectsApi,
  type KubernetesObject,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node'
import type { ConformanceContext } from './context.ts'

/** An object of any kind, to look into. */
// biome-ignore lint/suspicious/noExplicitAny: tests look deep into objects of every kind
export type AnyObject = KubernetesObject & Record<string, any>

/** A list of objects of any kind. */
export interface AnyList {
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number }
  items: AnyObject[]
}

/** A kind of a named API group. */
export interface ResourceType {
  group: string
  version: string
  plural: string
  kind: string
  /** False when its objects lie in no namespace. */
  namespaced: boolean
}

/** The verbs of a kind of a named group by the JavaScript client's generic API, in the test's namespace or in none. */
export class GenericResource {
  /** Path of the list. */
  readonly path: string
  readonly #apiVersion: string
  readonly #kind: string
  readonly #api: CustomObjectsApi
  readonly #type: { group: string; version: string; plural: string }
  readonly #namespace: string | undefined

  constructor({ api, namespace }: ConformanceContext, type: ResourceType) {
    const { group, version, plural } = type
    this.#type = { group, version, plural }
    this.#apiVersion = `${group}/${version}`
    this.#kind = type.kind
    this.#api = api(CustomObjectsApi)
    this.#namespace = type.namespaced ? namespace : undefined
    const scope = type.namespaced ? `/namespaces/${namespace}` : ''
    this.path = `/apis/${group}/${version}${scope}/${plural}`
  }

  create(object: AnyObject): Promise<AnyObject> {
    const body = { apiVersion: this.#apiVersion, kind: this.#kind, ...object }
    return this.#namespace === undefined
      ? this.#api.createClusterCustomObject({ ...this.#type, body })
      : this.#api.createNamespacedCustomObject({ ...this.#in(this.#namespace), body })
  }

  get(name: string): Promise<AnyObject> {
    return this.#namespace === undefined
      ? this.#api.getClusterCustomObject({ ...this.#type, name })
      : this.#api.getNamespacedCustomObject({ ...this.#in(this.#namespace), name })
  }

  list(query: { labelSelector?: string; fieldSelector?: string } = {}): Promise<AnyList> {
    return this.#namespace === undefined
      ? this.#api.listClusterCustomObject({ ...this.#type, ...query })
      : this.#api.listNamespacedCustomObject({ ...this.#in(this.#namespace), ...query })
  }

  /** Of all namespaces. */
  listAll(query: { labelSelector?: string } = {}): Promise<AnyList> {
    return this.#api.listClusterCustomObject({ ...this.#type, ...query })
  }

  replace(object: AnyObject): Promise<AnyObject> {
    const write = { name: object.metadata?.name ?? '', body: object }
    return this.#namespace === undefined
      ? this.#api.replaceClusterCustomObject({ ...this.#type, ...write })
      : this.#api.replaceNamespacedCustomObject({ ...this.#in(this.#namespace), ...write })
  }

  patch(name: string, body: object, strategy: PatchStrategy = mergePatch): Promise<AnyObject> {
    const options = setHeaderOptions('Content-Type', strategy)
    return this.#namespace === undefined
      ? this.#api.patchClusterCustomObject({ ...this.#type, name, body }, options)
      : this.#api.patchNamespacedCustomObject({ ...this.#in(this.#namespace), name, body }, options)
  }

  getStatus(name: string): Promise<AnyObject> {
    return this.#namespace === undefined
      ? this.#api.getClusterCustomObjectStatus({ ...this.#type, name })
      : this.#api.getNamespacedCustomObjectStatus({ ...this.#in(this.#namespace), name })
  }

  replaceStatus(object: AnyObject): Promise<AnyObject> {
    const write = { name: object.metadata?.name ?? '', body: object }
    return this.#namespace === undefined
      ? this.#api.replaceClusterCustomObjectStatus({ ...this.#type, ...write })
      : this.#api.replaceNamespacedCustomObjectStatus({ ...this.#in(this.#namespace), ...write })
  }

  patchStatus(name: string, body: object): Promise<AnyObject> {
    const options = setHeaderOptions('Content-Type', mergePatch)
    return this.#namespace === undefined
      ? this.#api.patchClusterCustomObjectStatus({ ...this.#type, name, body }, options)
      : this.#api.patchNamespacedCustomObjectStatus(
          { ...this.#in(this.#namespace), name, body },
          options,
        )
  }

  /** Its `scale` subresource. Only for kinds in a namespace. */
  getScale(name: string): Promise<AnyObject> {
    return this.#api.getNamespacedCustomObjectScale({ ...this.#in(this.#namespace ?? ''), name })
  }

  replaceScale(scale: AnyObject): Promise<AnyObject> {
    const write = { name: scale.metadata?.name ?? '', body: scale }
    return this.#api.replaceNamespacedCustomObjectScale({
      ...this.#in(this.#namespace ?? ''),
      ...write,
    })
  }

  patchScale(name: string, body: object): Promise<AnyObject> {
    return this.#api.patchNamespacedCustomObjectScale(
      { ...this.#in(this.#namespace ?? ''), name, body },
      setHeaderOptions('Content-Type', mergePatch),
    )
  }

  delete(name: string): Promise<AnyObject> {
    return this.#namespace === undefined
      ? this.#api.deleteClusterCustomObject({ ...this.#type, name })
      : this.#api.deleteNamespacedCustomObject({ ...this.#in(this.#namespace), name })
  }

  deleteCollection(labelSelector: string): Promise<AnyObject> {
    return this.#namespace === undefined
      ? this.#api.deleteCollectionClusterCustomObject({ ...this.#type, labelSelector })
      : this.#api.deleteCollectionNamespacedCustomObject({
          ...this.#in(this.#namespace),
          labelSelector,
        })
  }

  #in(namespace: string) {
    return { ...this.#type, namespace }
  }
}

const mergePatch = PatchStrategy.MergePatch
