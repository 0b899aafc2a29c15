import { pods, resourceClaims } from '#client/resource-types.ts'
import type {
  ResourceClaim,
  ResourceClaimConsumerReference,
  ResourceClaimStatus,
} from '#kubernetes/api/resource-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { controllerOf } from '#kubernetes/owners.ts'
import { allocatedFinalizer, isPodDone } from '#kubernetes/resource-claims.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import type { ClaimContext } from './claim-context.ts'

/**
 * Takes a claim from pods that are done with it. When the last one is, its devices are free again; only then, for a
 * claim may be allocated before any pod has it. Throws a conflict when the claim changed meanwhile.
 */
export async function releaseClaim(key: string, context: ClaimContext): Promise<undefined> {
  const { informer, client } = context
  const claim = informer.get(key)
  if (!claim) return undefined
  const consumers = claim.status?.reservedFor ?? []
  const remaining: ResourceClaimConsumerReference[] = []
  for (const consumer of consumers)
    if (await isConsuming(consumer, claim, context)) remaining.push(consumer)
  const isLeft = remaining.length < consumers.length
  const isGoing = claim.metadata.deletionTimestamp !== undefined
  if (remaining.length === 0 && (isLeft || isGoing)) await deallocate(claim, context)
  else if (isLeft) {
    const status = { ...claim.status, reservedFor: remaining }
    await client.updateStatus(resourceClaims, { ...claim, status })
  }
  if (remaining.length === 0) await removeOfDone(claim, context)
  return undefined
}

async function isConsuming(
  consumer: ResourceClaimConsumerReference,
  { metadata: { namespace = '' } }: Stored<ResourceClaim>,
  { client, informers }: ClaimContext,
): Promise<boolean> {
  const { apiGroup = '', resource, name, uid } = consumer
  if (apiGroup || resource !== 'pods') {
    throw new Error(`unsupported ReservedFor entry: ${JSON.stringify(consumer)}`)
  }
  const known = informers.pods.get(`${namespace}/${name}`)
  if (known) return known.metadata.uid === uid && !isPodDone(known)
  // The informer may be behind, while the scheduler is at this very pod.
  try {
    const pod = await client.get(pods, { namespace, name })
    return pod.metadata.uid === uid
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

/** Frees the devices of a claim, and the claim itself if it is to go. */
async function deallocate(claim: Stored<ResourceClaim>, { client }: ClaimContext): Promise<void> {
  const { finalizers = [] } = claim.metadata
  const isOurs = finalizers.includes(allocatedFinalizer)
  const { reservedFor: _, allocation, devices, ...rest } = claim.status ?? {}
  const kept: ResourceClaimStatus = isOurs
    ? rest
    : { ...rest, ...(allocation ? { allocation } : {}), ...(devices ? { devices } : {}) }
  const hadStatus = claim.status?.reservedFor?.length || (isOurs && allocation)
  const free = hadStatus
    ? await client.updateStatus(resourceClaims, { ...claim, status: kept })
    : claim
  if (!isOurs || free.status?.allocation) return
  await client.update(resourceClaims, {
    ...free,
    metadata: {
      ...free.metadata,
      finalizers: finalizers.filter(finalizer => finalizer !== allocatedFinalizer),
    },
  })
}

/** A claim made for a pod that won't run again goes at once: its pod may stay for long. */
async function removeOfDone(
  claim: Stored<ResourceClaim>,
  { client, informers }: ClaimContext,
): Promise<void> {
  const owner = controllerOf(claim)
  if (owner?.kind !== 'Pod' || owner.apiVersion !== 'v1' || claim.metadata.deletionTimestamp) return
  const pod = informers.pods.get(`${claim.metadata.namespace}/${owner.name}`)
  if (!pod || (pod.metadata.uid === owner.uid && !isPodDone(pod))) return
  try {
    await client.delete(resourceClaims, claim.metadata, {
      preconditions: { uid: claim.metadata.uid },
    })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
