import type { PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { ResourceSlice } from '#kubernetes/api/resource-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { goQuoted } from '#kubernetes/go-text.ts'
import { cloneJson } from '#kubernetes/json.ts'
import { nodeOf } from '../../authorization/node-identity.ts'
import { forbidden, qualified } from '../../failures.ts'
import type { AdmissionRequest, AdmissionServices, AdmissionStep } from '../admission-step.ts'
import type { NodeWrite, Refusal } from './node-write.ts'
import { restrictNode } from './own-node.ts'
import { restrictPod } from './own-pods.ts'
import { restrictToken } from './own-tokens.ts'

const leaseNamespace = 'kube-node-lease'

/** By `plural.group`: what a node may write of each kind; whatever isn't here its roles decide about. */
const restrictions: Record<string, (write: NodeWrite) => Refusal> = {
  nodes: restrictNode,
  pods: restrictPod,
  serviceaccounts: restrictToken,
  persistentvolumeclaims: restrictClaim,
  'leases.coordination.k8s.io': restrictLease,
  'resourceslices.resource.k8s.io': restrictSlice,
  'csinodes.storage.k8s.io': ({ node, request }) =>
    request.name === node
      ? undefined
      : 'can only access CSINode with the same name as the requesting node',
}

/** Whose slices they are the authorizer can't tell of one that is created, nor of each that goes with a collection. */
function restrictSlice({ node, request }: NodeWrite): Refusal {
  const { operation, object, old } = request
  if (operation === 'UPDATE') return undefined
  const slice = (object ?? old) as ResourceSlice | undefined
  return slice?.spec.nodeName === node
    ? undefined
    : `can only ${operation.toLowerCase()} ResourceSlice with the same NodeName as the requesting node`
}

/**
 * Holds nodes to what is theirs, as upstream's plugin of this name: their own Node without the labels by which
 * administrators keep nodes apart, the pods bound to them, tokens for those pods, their own Lease, and the slices of their own devices.
 */
export const nodeRestriction: AdmissionStep = {
  name: 'NodeRestriction',
  mutate: restrict,
  validate(request, services) {
    // Deletions and what subresources create are only validated; all else was judged before it was changed.
    if (request.operation === 'DELETE' || isActed(request)) restrict(request, services)
  },
}

/** Whether a subresource is called to do something, and nothing of its own is stored. */
const isActed = ({ operation, subresource }: AdmissionRequest): boolean =>
  operation === 'CREATE' && subresource !== ''

function restrict(request: AdmissionRequest, services: AdmissionServices): void {
  const node = nodeOf(request.user)
  if (node === undefined) return
  const { definition, name, user } = request
  const refusal = node
    ? restrictions[qualified(definition)]?.({ node, request, services })
    : `could not determine node from user ${goQuoted(user.name)}`
  if (refusal) throw forbidden(definition, name, refusal)
}

/** Of a claim a node says how far a resize came. */
function restrictClaim({ node, request }: NodeWrite): Refusal {
  if (request.subresource !== 'status') return 'may only update PVC status'
  if (request.operation !== 'UPDATE') return `unexpected operation ${goQuoted(request.operation)}`
  const without = (object: unknown) => {
    const claim = cloneJson(object) as PersistentVolumeClaim
    for (const field of ['managedFields', 'resourceVersion'] as const) delete claim.metadata[field]
    const { capacity, conditions, allocatedResources, allocatedResourceStatuses, ...status } =
      claim.status ?? {}
    return { ...claim, status }
  }
  return semanticEqual(without(request.object), without(request.old))
    ? undefined
    : `node ${goQuoted(node)} is not allowed to update fields other than status.quantity and status.conditions`
}

function restrictLease({ node, request }: NodeWrite): Refusal {
  if (request.namespace !== leaseNamespace) {
    return `can only access leases in the ${goQuoted(leaseNamespace)} system namespace`
  }
  return request.name === node
    ? undefined
    : 'can only access node lease with the same name as the requesting node'
}
