import type { ResourceType } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import { apiVersionOf, type KubernetesObject, type Stored } from '#kubernetes/objects.ts'
import { controllerOf, controllerReference } from '#kubernetes/owners.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { isInvalid, isNotFound } from '#kubernetes/status-error.ts'

/**
 * Decides which of `candidates` belong to `owner`: orphans that its selector matches are adopted,
 * its own that no longer match are released, what another manages is left alone.
 * Adopting first asks the API server whether the owner still lives, for the informer may not know yet that it is deleted.
 */
export async function claim<O extends KubernetesObject, T extends KubernetesObject>(options: {
  client: Client
  ownerType: ResourceType<O>
  owner: Stored<O>
  selector: LabelSelector | undefined
  type: ResourceType<T>
  candidates: Stored<T>[]
}): Promise<Stored<T>[]> {
  const { client, ownerType, owner, selector, type, candidates } = options
  const claimed: Stored<T>[] = []
  let mayAdopt: Promise<boolean> | undefined
  for (const object of candidates) {
    const controller = controllerOf(object)
    const matches = matchesLabelSelector(selector, object.metadata.labels)
    if (controller && controller.uid !== owner.metadata.uid) continue
    if (controller) {
      if (matches) claimed.push(object)
      else if (!owner.metadata.deletionTimestamp) await release(client, type, object, owner)
      continue
    }
    if (!matches || owner.metadata.deletionTimestamp || object.metadata.deletionTimestamp) continue
    mayAdopt ??= isAlive(client, ownerType, owner)
    if ((await mayAdopt) && (await adopt(client, ownerType, owner, type, object))) {
      claimed.push(object)
    }
  }
  return claimed
}

async function isAlive<O extends KubernetesObject>(
  client: Client,
  type: ResourceType<O>,
  owner: Stored<O>,
): Promise<boolean> {
  const fresh = await client.get(type, owner.metadata)
  return fresh.metadata.uid === owner.metadata.uid && !fresh.metadata.deletionTimestamp
}

/** False when the object is gone. The uid makes the patch fail when another object has taken the name. */
async function adopt<O extends KubernetesObject, T extends KubernetesObject>(
  client: Client,
  ownerType: ResourceType<O>,
  owner: Stored<O>,
  type: ResourceType<T>,
  object: Stored<T>,
): Promise<boolean> {
  const reference = controllerReference(owner, {
    apiVersion: apiVersionOf(ownerType),
    kind: ownerType.kind,
  })
  const patch = { metadata: { ownerReferences: [reference], uid: object.metadata.uid } }
  return patchUnlessGone(client, type, object, patch)
}

async function release<O extends KubernetesObject, T extends KubernetesObject>(
  client: Client,
  type: ResourceType<T>,
  object: Stored<T>,
  owner: Stored<O>,
): Promise<void> {
  const ownerReferences = [{ $patch: 'delete', uid: owner.metadata.uid }]
  const patch = { metadata: { ownerReferences, uid: object.metadata.uid } }
  await patchUnlessGone(client, type, object, patch)
}

async function patchUnlessGone<T extends KubernetesObject>(
  client: Client,
  type: ResourceType<T>,
  object: Stored<T>,
  patch: unknown,
): Promise<boolean> {
  try {
    await client.patch(type, object.metadata, patch, { type: 'strategic' })
    return true
  } catch (error) {
    if (isNotFound(error) || isInvalid(error)) return false
    throw error
  }
}
