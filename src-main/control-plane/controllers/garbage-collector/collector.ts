import type { EventRecorder } from '#client/events.ts'
import type { ResourceType } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { OwnerReference } from '#kubernetes/api/meta-v1.ts'
import type { KubernetesObject, Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import {
  foregroundFinalizer,
  type GraphNode,
  hasFinalizer,
  type OwnershipGraph,
  orphanFinalizer,
} from './ownership-graph.ts'

type Live = Stored<KubernetesObject>

interface Owners {
  /** There, and to stay. */
  solid: OwnerReference[]
  /** Gone. */
  dangling: OwnerReference[]
  /** Being deleted in the foreground: they wait for us. */
  waiting: OwnerReference[]
}

/** Finds the type that a reference names; undefined while the server doesn't serve it. */
export type FindType = (apiVersion: string, kind: string) => ResourceType | undefined

/**
 * Judges single objects against the API server itself, never against the graph alone, and deletes those whose owners
 * are all gone. Throwing means to try again later.
 */
export class Collector {
  readonly #client: Client
  readonly #recorder: EventRecorder
  readonly #graph: OwnershipGraph
  readonly #findType: FindType

  constructor(options: {
    client: Client
    recorder: EventRecorder
    graph: OwnershipGraph
    findType: FindType
  }) {
    this.#client = options.client
    this.#recorder = options.recorder
    this.#graph = options.graph
    this.#findType = options.findType
  }

  /** Deletes an object when nothing owns it any more, or moves its own foreground deletion on. */
  async check(node: GraphNode): Promise<void> {
    const { type } = node
    if (!type || (node.deleting && !node.awaitsDependents)) return
    const live = await this.#find(type, node, node.uid)
    if (!live) return
    if (node.awaitsDependents) {
      if (this.#graph.blockingDependents(node).length === 0) {
        await this.#removeFinalizer(type, live, foregroundFinalizer)
      }
      return
    }
    const owners = await this.#classify(live, type)
    if (!owners) return
    const { solid, dangling, waiting } = owners
    if (solid.length > 0) {
      if (dangling.length + waiting.length > 0) {
        await this.#dropOwners(type, live, [...dangling, ...waiting])
      }
      return
    }
    if (waiting.length > 0 && node.dependents.size > 0) {
      if ([...node.dependents].some(({ awaitsDependents }) => awaitsDependents)) {
        await this.#unblock(type, live)
      }
      await this.#delete(type, live, 'Foreground')
      return
    }
    if (dangling.length + waiting.length > 0) {
      await this.#delete(type, live, policyOf(live))
    }
  }

  /** Lets the dependents of an owner go, and then the owner. */
  async orphan(node: GraphNode): Promise<void> {
    const { type } = node
    if (!type) return
    for (const dependent of node.dependents) {
      if (!dependent.type) continue
      const live = await this.#find(dependent.type, dependent, dependent.uid)
      const references = live?.metadata.ownerReferences?.filter(({ uid }) => uid === node.uid)
      if (live && references?.length) await this.#dropOwners(dependent.type, live, references)
    }
    const live = await this.#find(type, node, node.uid)
    if (live) await this.#removeFinalizer(type, live, orphanFinalizer)
  }

  /** Undefined when the object can't be judged: it has no owners, or refers to one that it may not have. */
  async #classify(live: Live, type: ResourceType): Promise<Owners | undefined> {
    const references = live.metadata.ownerReferences ?? []
    if (references.length === 0) return undefined
    const owners: Owners = { solid: [], dangling: [], waiting: [] }
    for (const reference of references) {
      const ownerType = this.#findType(reference.apiVersion, reference.kind)
      if (!ownerType) {
        throw new Error(`no kind ${reference.kind} in ${reference.apiVersion} is served`)
      }
      if (ownerType.namespaced && !type.namespaced) {
        this.#reportNamespace(live, type, reference)
        return undefined
      }
      const name = { namespace: live.metadata.namespace, name: reference.name }
      const owner = await this.#find(ownerType, name, reference.uid)
      if (!owner) {
        const elsewhere = this.#graph.get(reference.uid)
        if (elsewhere?.seen) this.#reportNamespace(live, type, reference)
        owners.dangling.push(reference)
      } else if (owner.metadata.deletionTimestamp && hasFinalizer(owner, foregroundFinalizer)) {
        owners.waiting.push(reference)
      } else {
        owners.solid.push(reference)
      }
    }
    return owners
  }

  #reportNamespace(live: Live, type: ResourceType, reference: OwnerReference): void {
    const { apiVersion, kind, name, uid } = reference
    const text = `[${apiVersion}/${kind}, namespace: ${live.metadata.namespace ?? ''}, name: ${name}, uid: ${uid}]`
    this.#recorder.record(
      {
        ...live,
        apiVersion: type.group ? `${type.group}/${type.version}` : type.version,
        kind: type.kind,
      },
      {
        type: 'Warning',
        reason: 'OwnerRefInvalidNamespace',
        message: `ownerRef ${text} does not exist in namespace ${JSON.stringify(live.metadata.namespace ?? '')}`,
      },
    )
  }

  /** The object under a name when it still is the one with the uid. */
  async #find(
    type: ResourceType,
    name: { namespace?: string | undefined; name: string },
    uid: string,
  ): Promise<Live | undefined> {
    try {
      const where = type.namespaced ? name : { name: name.name }
      const live = await this.#client.get(type, where, { metadataOnly: true })
      return live.metadata.uid === uid ? live : undefined
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  async #delete(
    type: ResourceType,
    { metadata }: Live,
    propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
  ): Promise<void> {
    // The revision too: an owner that was added since we looked must save the object.
    const { uid, resourceVersion } = metadata
    const preconditions = { uid, resourceVersion }
    await unlessGone(this.#client.delete(type, metadata, { propagationPolicy, preconditions }))
  }

  async #dropOwners(type: ResourceType, live: Live, drop: OwnerReference[]): Promise<void> {
    const gone = new Set(drop.map(({ uid }) => uid))
    const ownerReferences = (live.metadata.ownerReferences ?? []).filter(
      ({ uid }) => !gone.has(uid),
    )
    await this.#patchMetadata(type, live, { ownerReferences })
  }

  async #unblock(type: ResourceType, live: Live): Promise<void> {
    const ownerReferences = (live.metadata.ownerReferences ?? []).map(reference => ({
      ...reference,
      blockOwnerDeletion: false,
    }))
    await this.#patchMetadata(type, live, { ownerReferences })
  }

  async #removeFinalizer(type: ResourceType, live: Live, finalizer: string): Promise<void> {
    if (!hasFinalizer(live, finalizer)) return
    const finalizers = (live.metadata.finalizers ?? []).filter(name => name !== finalizer)
    await this.#patchMetadata(type, live, { finalizers })
  }

  /** Custom resources know no strategic merge: lists are replaced whole, and the revision guards against losing changes. */
  async #patchMetadata(
    type: ResourceType,
    { metadata }: Live,
    change: Record<string, unknown>,
  ): Promise<void> {
    const { uid, resourceVersion } = metadata
    const patch = { metadata: { uid, resourceVersion, ...change } }
    await unlessGone(this.#client.patch(type, metadata, patch, { type: 'merge' }))
  }
}

function policyOf(object: KubernetesObject): 'Background' | 'Foreground' | 'Orphan' {
  if (hasFinalizer(object, orphanFinalizer)) return 'Orphan'
  return hasFinalizer(object, foregroundFinalizer) ? 'Foreground' : 'Background'
}

async function unlessGone(request: Promise<unknown>): Promise<void> {
  try {
    await request
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
