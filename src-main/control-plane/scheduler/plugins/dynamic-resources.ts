import type { Pod, PodResourceClaim } from '#kubernetes/api/core-v1.ts'
import type { ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { matchesNodeTerm } from '#kubernetes/selectors/node-selector.ts'
import type { ClusterListers, Plugin } from '../framework.ts'
import type { NodeState } from '../node-state.ts'

const maxConsumers = 256
const unallocated = { reasons: ['cannot allocate all claims'], final: true }
const elsewhere = { reasons: ['resourceclaim not available on the node'], final: true }

/**
 * Pods wait for their claims on devices, and go where those are allocated. Nothing here allocates devices itself: a claim
 * without an allocation can be met on no node, and its pod says so.
 */
export const dynamicResources: Plugin = {
  name: 'DynamicResources',
  wakesOn: ['resource claims', 'node added', 'node labels', 'pod removed'],
  mayHelp: ({ pod }, { change }) =>
    change === 'resource claims' || (pod.spec?.resourceClaims ?? []).length > 0,
  preEnqueue: ({ pod }, listers) => readClaims(pod, listers).problem,
  filter({ pod }, _nodes, listers) {
    const { claims, problem } = readClaims(pod, listers)
    if (problem) return problem
    if (claims.length === 0) return undefined
    for (const claim of claims) {
      const refusal = claimProblem(claim, pod, listers)
      if (refusal) return refusal
    }
    return node => {
      const isThere = claims.every(claim => isAvailable(claim, node))
      if (!isThere) return elsewhere
      return claims.some(({ status }) => !status?.allocation) ? unallocated : undefined
    }
  },
}

/** The claims of a pod, or which of them isn't there. */
function readClaims(
  pod: Pod,
  { resourceClaims }: ClusterListers,
): { claims: Stored<ResourceClaim>[]; problem?: string } {
  const { namespace = '', name } = pod.metadata
  const claims: Stored<ResourceClaim>[] = []
  for (const reference of pod.spec?.resourceClaims ?? []) {
    const made = pod.status?.resourceClaimStatuses?.find(one => one.name === reference.name)
    if (reference.resourceClaimTemplateName && !made) {
      return { claims, problem: `pod "${namespace}/${name}": ResourceClaim not created yet` }
    }
    const claimName = nameOf(reference, made?.resourceClaimName)
    // A template may call for none.
    if (claimName === undefined) continue
    const claim = resourceClaims.get(`${namespace}/${claimName}`)
    const quoted = JSON.stringify(claimName)
    if (!claim) return { claims, problem: `resourceclaim.resource.k8s.io ${quoted} not found` }
    if (claim.metadata.deletionTimestamp) {
      return { claims, problem: `resourceclaim ${quoted} is being deleted` }
    }
    claims.push(claim)
  }
  return { claims }
}

const nameOf = ({ resourceClaimName }: PodResourceClaim, made: string | undefined) =>
  resourceClaimName ?? made

/** What makes a claim unusable for a pod whatever the node. */
function claimProblem(
  { spec, status }: Stored<ResourceClaim>,
  pod: Stored<Pod>,
  { deviceClasses }: ClusterListers,
): string | undefined {
  const { allocation, reservedFor = [] } = status ?? {}
  if (allocation) {
    const isOurs = reservedFor.some(({ uid }) => uid === pod.metadata.uid)
    return !isOurs && reservedFor.length >= maxConsumers ? 'resourceclaim in use' : undefined
  }
  for (const request of spec.devices?.requests ?? []) {
    const wanted = request.exactly ? [request.exactly] : (request.firstAvailable ?? [])
    for (const { deviceClassName } of wanted) {
      if (!deviceClasses.get(deviceClassName)) {
        return `request ${request.name}: device class ${deviceClassName} does not exist`
      }
    }
  }
  return undefined
}

const isAvailable = ({ status }: ResourceClaim, node: NodeState): boolean =>
  status?.allocation?.nodeSelector?.nodeSelectorTerms.some(term => matchesNodeTerm(term, node)) ??
  true
