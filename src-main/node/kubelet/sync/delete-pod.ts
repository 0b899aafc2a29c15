import { pods } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { isConflict, isNotFound } from '#kubernetes/status-error.ts'
import type { BoundPod } from '../pod-facts.ts'

/** Deletes the object of a pod that has ended, for good; one that is gone, or another by now, is left alone. */
export async function deleteFromApi(client: Client, { metadata }: BoundPod): Promise<void> {
  const { name, namespace, uid } = metadata
  const options = { gracePeriodSeconds: 0, preconditions: { uid } }
  try {
    await client.delete(pods, { name, namespace }, options)
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error
  }
}
