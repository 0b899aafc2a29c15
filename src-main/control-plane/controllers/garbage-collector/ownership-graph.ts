import type { ResourceType } from '#client/resource-types.ts'
import type { OwnerReference } from '#kubernetes/api/meta-v1.ts'
import type { KubernetesObject, Stored } from '#kubernetes/objects.ts'

export const foregroundFinalizer = 'foregroundDeletion'
export const orphanFinalizer = 'orphan'

/** An object as the graph knows it, or one that is only known from references to it (`seen` is false). */
export interface GraphNode {
  readonly uid: string
  readonly apiVersion: string
  readonly kind: string
  /** How to reach it, once it was seen. */
  type: ResourceType | undefined
  namespace: string | undefined
  name: string
  owners: OwnerReference[]
  readonly dependents: Set<GraphNode>
  deleting: boolean
  /** Deleted with propagation `Foreground`: it goes after its dependents. */
  awaitsDependents: boolean
  /** Deleted with propagation `Orphan`: it goes after its dependents were let go. */
  awaitsOrphans: boolean
  seen: boolean
}

/** What a change of the graph calls for: nodes to look at for deletion, and nodes whose dependents are to be orphaned. */
export interface GraphWork {
  readonly check: Set<GraphNode>
  readonly orphan: Set<GraphNode>
}

const nothing: GraphWork = { check: new Set(), orphan: new Set() }

/**
 * Who owns whom, by uid, over every kind. Owners that were never seen get a node of their own that has to be checked,
 * for the reference may point to nothing.
 *
 * Example: a Deployment `d` is deleted in the background. Its ReplicaSet `r` loses its owner and is to be checked; it is
 * found dangling and deleted; its pods are checked in turn.
 */
export class OwnershipGraph {
  readonly #nodes = new Map<string, GraphNode>()

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid)
  }

  get size(): number {
    return this.#nodes.size
  }

  /** Takes in an object as it was added or changed. */
  put(type: ResourceType, object: Stored<KubernetesObject>): GraphWork {
    const { metadata } = object
    const known = this.#nodes.get(metadata.uid)
    if (known && isAsBefore(known, type, metadata)) return nothing
    const work: GraphWork = { check: new Set(), orphan: new Set() }
    const node = known ?? this.#add(metadata.uid, type)
    const { awaitsDependents, awaitsOrphans } = node
    node.type = type
    node.namespace = metadata.namespace
    node.name = metadata.name
    node.seen = true
    node.deleting = metadata.deletionTimestamp !== undefined
    node.awaitsDependents = node.deleting && hasFinalizer(object, foregroundFinalizer)
    node.awaitsOrphans = node.deleting && hasFinalizer(object, orphanFinalizer)
    this.#setOwners(node, metadata.ownerReferences ?? [], work)
    if (node.awaitsOrphans && !awaitsOrphans) work.orphan.add(node)
    if (node.awaitsDependents && !awaitsDependents) {
      work.check.add(node)
      for (const dependent of node.dependents) work.check.add(dependent)
    }
    return work
  }

  /** Takes in that an object is gone; what it owned, and owners that waited for it, are to be checked. */
  remove(uid: string): GraphWork {
    const work: GraphWork = { check: new Set(), orphan: new Set() }
    const node = this.#nodes.get(uid)
    if (!node) return work
    this.#nodes.delete(uid)
    for (const { uid: owner } of node.owners) {
      const known = this.#nodes.get(owner)
      known?.dependents.delete(node)
      if (known?.awaitsDependents) work.check.add(known)
      if (known && !known.seen && known.dependents.size === 0) this.#nodes.delete(owner)
    }
    for (const dependent of node.dependents) work.check.add(dependent)
    return work
  }

  /** The dependents that must be gone before an owner that is deleted in the foreground may go. */
  blockingDependents(owner: GraphNode): GraphNode[] {
    return [...owner.dependents].filter(dependent =>
      dependent.owners.some(
        ({ uid, blockOwnerDeletion }) => uid === owner.uid && blockOwnerDeletion,
      ),
    )
  }

  #setOwners(node: GraphNode, owners: OwnerReference[], work: GraphWork): void {
    const wanted = new Set(owners.map(({ uid }) => uid))
    const previous = node.owners
    node.owners = owners
    for (const { uid } of previous) {
      const owner = wanted.has(uid) ? undefined : this.#nodes.get(uid)
      owner?.dependents.delete(node)
      // One blocker fewer: the owner may be free to go.
      if (owner?.awaitsDependents) work.check.add(owner)
    }
    for (const reference of owners) {
      const before = previous.find(({ uid }) => uid === reference.uid)
      const owner = this.#nodes.get(reference.uid) ?? this.#addUnseen(reference, node)
      owner.dependents.add(node)
      if (!before && !mayOwn(owner, node)) work.check.add(node)
      if (!before && owner.awaitsDependents) work.check.add(node)
      const unblocked = before?.blockOwnerDeletion && !reference.blockOwnerDeletion
      if (unblocked && owner.awaitsDependents) work.check.add(owner)
    }
  }

  #add(uid: string, type: ResourceType): GraphNode {
    const apiVersion = type.group ? `${type.group}/${type.version}` : type.version
    const node = newNode(uid, apiVersion, type.kind)
    this.#nodes.set(uid, node)
    return node
  }

  #addUnseen(reference: OwnerReference, dependent: GraphNode): GraphNode {
    const node = newNode(reference.uid, reference.apiVersion, reference.kind)
    node.name = reference.name
    node.namespace = dependent.namespace
    this.#nodes.set(reference.uid, node)
    return node
  }
}

/** Most updates are about an object's status: then there is nothing to do, for objects that aren't being deleted. */
function isAsBefore(
  node: GraphNode,
  type: ResourceType,
  { deletionTimestamp, ownerReferences = [] }: KubernetesObject['metadata'],
): boolean {
  if (!node.seen || node.type !== type || node.deleting || deletionTimestamp) return false
  const { owners } = node
  return (
    owners === ownerReferences ||
    (owners.length === ownerReferences.length &&
      owners.every((owner, index) => isSameReference(owner, ownerReferences[index])))
  )
}

const isSameReference = (a: OwnerReference, b: OwnerReference | undefined): boolean =>
  a.uid === b?.uid &&
  a.name === b.name &&
  a.kind === b.kind &&
  a.apiVersion === b.apiVersion &&
  a.controller === b.controller &&
  a.blockOwnerDeletion === b.blockOwnerDeletion

/** Whether an owner is known to be there, and in reach of its dependent: an owner in another namespace counts as absent. */
const mayOwn = (owner: GraphNode, dependent: GraphNode): boolean =>
  owner.seen && (!owner.type?.namespaced || owner.namespace === dependent.namespace)

function newNode(uid: string, apiVersion: string, kind: string): GraphNode {
  return {
    uid,
    apiVersion,
    kind,
    type: undefined,
    namespace: undefined,
    name: '',
    owners: [],
    dependents: new Set(),
    deleting: false,
    awaitsDependents: false,
    awaitsOrphans: false,
    seen: false,
  }
}

export const hasFinalizer = ({ metadata }: KubernetesObject, finalizer: string): boolean =>
  metadata.finalizers?.includes(finalizer) ?? false
