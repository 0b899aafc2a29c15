import { mirrorAnnotation } from '#control-plane/resources/shared/pod-spec/validate-pod-annotations.ts'
import type { Node, Pod } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { goQuoted } from '#kubernetes/go-text.ts'
import { podReferences, type ReferencedKind } from '#kubernetes/pod-references.ts'
import type { AdmissionServices } from '../admission-step.ts'
import { find, type NodeWrite, type Refusal } from './node-write.ts'

const resources: Record<ReferencedKind, string> = {
  secret: 'secrets',
  configMap: 'configmaps',
  claim: 'persistentvolumeclaims',
  resourceClaim: 'resourceclaims',
  serviceAccount: 'serviceaccounts',
}

/** A node reports on, evicts and deletes pods of its own alone, and creates none but mirrors of static ones. */
export function restrictPod(write: NodeWrite): Refusal {
  switch (write.request.subresource) {
    case '':
      return restrictPodItself(write)
    case 'status':
      return restrictStatus(write)
    case 'eviction':
      return restrictEviction(write)
    default:
      return `unexpected pod subresource ${goQuoted(write.request.subresource)}, only 'status' and 'eviction' are allowed`
  }
}

function restrictPodItself(write: NodeWrite): Refusal {
  const { node, request } = write
  switch (request.operation) {
    case 'CREATE':
      return restrictMirror(write, request.object as Pod)
    case 'DELETE':
      return (request.old as Pod).spec.nodeName === node
        ? undefined
        : `node ${goQuoted(node)} can only delete pods with spec.nodeName set to itself`
    default:
      return `unexpected operation ${goQuoted(request.operation)}, node ${goQuoted(node)} can only create and delete mirror pods`
  }
}

function restrictMirror({ node, services }: NodeWrite, pod: Pod): Refusal {
  const name = goQuoted(node)
  if (pod.metadata.annotations?.[mirrorAnnotation] === undefined) {
    return `pod does not have ${goQuoted(mirrorAnnotation)} annotation, node ${name} can only create mirror pods`
  }
  if (pod.spec.nodeName !== node) {
    return `node ${name} can only create pods with spec.nodeName set to itself`
  }
  const owner = restrictOwner(node, pod, services)
  if (owner) return owner
  const [reference] = podReferences(pod)
  return reference && `node ${name} can not create pods that reference ${resources[reference.kind]}`
}

function restrictOwner(node: string, { metadata }: Pod, services: AdmissionServices): Refusal {
  const name = goQuoted(node)
  const [owner, ...others] = metadata.ownerReferences ?? []
  if (others.length) {
    return `node ${name} can only create pods with a single owner reference set to itself`
  }
  const isOwn = owner?.apiVersion === 'v1' && owner.kind === 'Node' && owner.name === node
  if (!isOwn) return `node ${name} can only create pods with an owner reference set to itself`
  if (!owner.controller) {
    return `node ${name} can only create pods with a controller owner reference set to itself`
  }
  if (owner.blockOwnerDeletion) {
    return `node ${name} must not set blockOwnerDeletion on an owner reference`
  }
  const { uid } = find<Node>(services, 'nodes', '', node).metadata
  return uid === owner.uid
    ? undefined
    : `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`
}

function restrictStatus({ node, request }: NodeWrite): Refusal {
  if (request.operation !== 'UPDATE') return `unexpected operation ${goQuoted(request.operation)}`
  const [next, old] = [request.object as Pod, request.old as Pod]
  if (old.spec.nodeName !== node) {
    return `node ${goQuoted(node)} can only update pod status for pods with spec.nodeName set to itself`
  }
  if (!semanticEqual(next.metadata.labels, old.metadata.labels)) {
    return `node ${goQuoted(node)} cannot update labels through pod status`
  }
  return semanticEqual(next.status?.resourceClaimStatuses, old.status?.resourceClaimStatuses)
    ? undefined
    : `node ${goQuoted(node)} cannot update resource claim statuses`
}

function restrictEviction({ node, request, services }: NodeWrite): Refusal {
  const pod = find<Pod>(services, 'pods', request.namespace, request.name)
  return pod.spec.nodeName === node
    ? undefined
    : `node ${node} can only evict pods with spec.nodeName set to itself`
}
