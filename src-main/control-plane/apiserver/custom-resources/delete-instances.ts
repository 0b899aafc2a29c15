import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { serverUser } from '../bootstrap/bootstrap-objects.ts'
import { deleteObject } from '../handlers/delete.ts'
import type { ObjectWriter } from '../handlers/object-writer.ts'
import type { Services } from '../services.ts'

/** Deletes every object of a kind that isn't being deleted yet; answers how many are left, waiting for finalizers. */
export async function deleteInstances(
  definition: ResourceDefinition,
  services: Services,
  writer: ObjectWriter,
): Promise<number> {
  const target = { definition, stored: definition, services, writer }
  for (const { object } of services.caches.of(definition).sorted()) {
    const { name, namespace = '', deletionTimestamp } = object.metadata
    if (deletionTimestamp) continue
    const write = { definition, namespace, name, subresource: '', user: serverUser }
    try {
      await deleteObject(
        target,
        { ...write, dryRun: false, warnings: new Set() },
        { dryRun: false },
      )
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return services.caches.of(definition).size
}
