import type { PersistentVolume, Pod } from '#kubernetes/api/core-v1.ts'
import type { ResourceSlice } from '#kubernetes/api/resource-v1.ts'
import type { VolumeAttachment } from '#kubernetes/api/storage-v1.ts'
import { podReferences, type ReferencedKind } from '#kubernetes/pod-references.ts'
import type { CachedObject } from '../cache/cached-object.ts'
import type { Caches } from '../cache/caches.ts'
import type { ResourceCache } from '../cache/resource-cache.ts'
import { type Catalog, storeKey } from '../catalog.ts'

/**
 * Which nodes have to do with which objects, by the pods bound to them: upstream's graph of the node authorizer.
 * Worked out from the cached pods; each question takes in what has changed since the last one.
 */
export class NodeGraph {
  readonly #pods: ResourceCache
  readonly #volumes: ResourceCache
  readonly #slices: ResourceCache
  readonly #attachments: ResourceCache
  /** How many pods lead from a node to an object. */
  readonly #edges = new Map<string, number>()
  readonly #edgesOfPods = new Map<string, string[]>()
  #seenUpTo: number | undefined

  constructor(catalog: Catalog, caches: Caches) {
    this.#pods = caches.of(catalog.get('', 'v1', 'pods'))
    this.#volumes = caches.of(catalog.get('', 'v1', 'persistentvolumes'))
    this.#attachments = caches.of(catalog.get('storage.k8s.io', 'v1', 'volumeattachments'))
    this.#slices = caches.of(catalog.get('resource.k8s.io', 'v1', 'resourceslices'))
  }

  /** Whether the slice tells of devices of the node. */
  leadsToSlice(node: string, name: string): boolean {
    const found = this.#slices.get(storeKey(this.#slices.definition, '', name))
    return (found?.object as ResourceSlice | undefined)?.spec.nodeName === node
  }

  /** Whether the attachment is of the node. */
  leadsToAttachment(node: string, name: string): boolean {
    const found = this.#attachments.get(storeKey(this.#attachments.definition, '', name))
    return (found?.object as VolumeAttachment | undefined)?.spec.nodeName === node
  }

  /** Whether the pod is bound to the node. */
  leadsToPod(node: string, namespace: string, name: string): boolean {
    const found = this.#pods.get(storeKey(this.#pods.definition, namespace, name))
    return (found?.object as Pod | undefined)?.spec.nodeName === node
  }

  /** Whether a pod on the node refers to the object. */
  leads(node: string, kind: ReferencedKind, namespace: string, name: string): boolean {
    this.#catchUp()
    return this.#edges.has(edge(node, kind, namespace, name))
  }

  /** Whether the volume is bound to a claim that a pod on the node refers to. */
  leadsToVolume(node: string, name: string): boolean {
    const found = this.#volumes.get(storeKey(this.#volumes.definition, '', name))
    const claim = (found?.object as PersistentVolume | undefined)?.spec?.claimRef
    return !!claim && this.leads(node, 'claim', claim.namespace ?? '', claim.name ?? '')
  }

  #catchUp(): void {
    const seenUpTo = this.#seenUpTo
    if (seenUpTo === undefined || !this.#pods.remembers(seenUpTo)) {
      this.#build()
      return
    }
    for (const { revision, current, previous } of this.#pods.eventsAfter(seenUpTo)) {
      const key = (current ?? previous)?.key
      if (key !== undefined) this.#remove(key)
      if (current) this.#add(current)
      this.#seenUpTo = revision
    }
  }

  #build(): void {
    this.#edges.clear()
    this.#edgesOfPods.clear()
    this.#seenUpTo = this.#pods.revision
    for (const pod of this.#pods.values()) this.#add(pod)
  }

  #add({ key, object }: CachedObject): void {
    const pod = object as unknown as Pod
    const node = pod.spec.nodeName
    if (!node) return
    const { namespace = '' } = pod.metadata
    const edges = [...podReferences(pod)].map(({ kind, name }) => edge(node, kind, namespace, name))
    for (const one of edges) this.#edges.set(one, (this.#edges.get(one) ?? 0) + 1)
    this.#edgesOfPods.set(key, edges)
  }

  #remove(key: string): void {
    for (const one of this.#edgesOfPods.get(key) ?? []) {
      const left = (this.#edges.get(one) ?? 0) - 1
      if (left > 0) this.#edges.set(one, left)
      else this.#edges.delete(one)
    }
    this.#edgesOfPods.delete(key)
  }
}

const edge = (node: string, kind: ReferencedKind, namespace: string, name: string): string =>
  `${node} ${kind} ${namespace}/${name}`
