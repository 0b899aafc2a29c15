import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { AllocationResult, ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { canBeReserved, claimOf, isReservedFor, ownerProblem } from '#kubernetes/resource-claims.ts'
import { matchesNodeTerm, type NamedNode } from '#kubernetes/selectors/node-selector.ts'
import { allocateDevices, type SearchBudget } from './allocate-devices.ts'
import type { DeviceView } from './device-view.ts'

/** The claims that a pod uses, or in upstream's words which of them it has to wait for. */
export function askedClaims(
  pod: Stored<Pod>,
  devices: DeviceView,
): Stored<ResourceClaim>[] | string {
  const claims: Stored<ResourceClaim>[] = []
  for (const reference of pod.spec?.resourceClaims ?? []) {
    const meant = claimOf(pod, reference)
    if (!meant) return `pod "${keyOf(pod)}": ResourceClaim not created yet`
    if (meant.name === undefined) continue
    const claim = devices.claim(`${pod.metadata.namespace}/${meant.name}`)
    const quoted = JSON.stringify(meant.name)
    if (!claim) return `resourceclaim.resource.k8s.io ${quoted} not found`
    if (claim.metadata.deletionTimestamp) return `resourceclaim ${quoted} is being deleted`
    const problem = meant.isOwn ? ownerProblem(pod, claim) : undefined
    if (problem) return problem
    // A pod may name a claim twice.
    if (!claims.includes(claim)) claims.push(claim)
  }
  return claims
}

/** What makes a claim unusable for a pod whatever the node. */
export function claimProblem(
  claim: Stored<ResourceClaim>,
  pod: Stored<Pod>,
  devices: DeviceView,
): string | undefined {
  if (claim.status?.allocation) {
    return canBeReserved(claim) || isReservedFor(claim, pod) ? undefined : 'resourceclaim in use'
  }
  if (devices.isBeingAllocated(claim.metadata.uid)) {
    return `resource claim ${keyOf(claim)} is in the process of being allocated`
  }
  for (const { name, exactly, firstAvailable = [] } of claim.spec.devices?.requests ?? []) {
    const wanted = exactly
      ? [[name, exactly.deviceClassName]]
      : firstAvailable.map(one => [`${name}/${one.name}`, one.deviceClassName])
    for (const [request, wantedClass = ''] of wanted) {
      if (!devices.classOf(wantedClass))
        return `request ${request}: device class ${wantedClass} does not exist`
    }
  }
  return undefined
}

/** Whether a node reaches the devices that a claim has; it does when it has none yet. */
export const isWithin = ({ status }: ResourceClaim, node: NamedNode): boolean =>
  status?.allocation?.nodeSelector?.nodeSelectorTerms.some(term => matchesNodeTerm(term, node)) ??
  true

/** Devices of a node for claims that have none, or why there aren't any; see `allocateDevices`. */
export const chooseDevices = (
  claims: readonly ResourceClaim[],
  node: NamedNode,
  devices: DeviceView,
  budget: SearchBudget,
): AllocationResult[] | string =>
  claims.length === 0
    ? []
    : allocateDevices({
        claims,
        node,
        inventory: devices.inventory,
        isInUse: id => devices.isInUse(id),
        classOf: name => devices.classOf(name),
        compile: devices.compile,
        budget,
      })
