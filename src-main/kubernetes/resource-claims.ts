import type { Pod, PodResourceClaim } from './api/core-v1.ts'
import type { ResourceClaim, ResourceClaimConsumerReference } from './api/resource-v1.ts'
import { keyOf, type Stored } from './objects.ts'
import { isControlledBy } from './owners.ts'
import { isPodTerminal } from './pod-state.ts'

/** Keeps a claim while devices are allocated to it. */
export const allocatedFinalizer = 'resource.kubernetes.io/delete-protection'
/** Of a claim made from a template: which of its pod's claims it is. */
export const podClaimKey = 'resource.kubernetes.io/pod-claim-name'
/** How many pods may share a claim. */
export const maxConsumers = 256
/** How many devices a claim can have. */
export const maxDevices = 32

/** The claim that a pod means with a reference. */
export interface MeantClaim {
  /** Undefined where a template called for none. */
  name: string | undefined
  /** Made from a template for this pod alone. */
  isOwn: boolean
}

/** Undefined while the claim is yet to be made from its template. */
export function claimOf(pod: Pod, reference: PodResourceClaim): MeantClaim | undefined {
  const { name, resourceClaimName } = reference
  if (resourceClaimName !== undefined) return { name: resourceClaimName, isOwn: false }
  const made = pod.status?.resourceClaimStatuses?.find(status => status.name === name)
  return made && { name: made.resourceClaimName, isOwn: true }
}

/** The claims of a pod that are there or should be, as `namespace/name`. */
export const claimKeys = (pod: Pod): string[] =>
  (pod.spec?.resourceClaims ?? []).flatMap(reference => {
    const name = claimOf(pod, reference)?.name
    return name === undefined ? [] : [`${pod.metadata.namespace}/${name}`]
  })

/** In upstream's words, what keeps a pod from using a claim that was made for another; undefined where nothing does. */
export const ownerProblem = (pod: Stored<Pod>, claim: Stored<ResourceClaim>): string | undefined =>
  isControlledBy(claim, pod)
    ? undefined
    : `ResourceClaim ${keyOf(claim)} was not created for pod ${keyOf(pod)} (pod is not owner)`

export const isReservedFor = ({ status }: ResourceClaim, { metadata }: Pod): boolean =>
  status?.reservedFor?.some(({ uid }) => uid === metadata.uid) ?? false

/** Whether a claim has room for one more consumer. */
export const canBeReserved = ({ status }: ResourceClaim): boolean =>
  (status?.reservedFor?.length ?? 0) < maxConsumers

/** The entry in `status.reservedFor` of a pod. */
export const consumerOf = ({ metadata }: Stored<Pod>): ResourceClaimConsumerReference => ({
  resource: 'pods',
  name: metadata.name,
  uid: metadata.uid,
})

/** Whether no container of a pod runs or ever will: it ended, or was deleted before it had a node. */
export const isPodDone = (pod: Pod): boolean =>
  isPodTerminal(pod) || (pod.metadata.deletionTimestamp !== undefined && !pod.spec?.nodeName)
