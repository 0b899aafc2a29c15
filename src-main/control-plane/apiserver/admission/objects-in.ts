import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { Caches } from '../cache/caches.ts'

/** The objects of a kind in one namespace. */
export function objectsIn<T extends KubernetesObject>(
  caches: Caches,
  definition: ResourceDefinition,
  namespace: string,
): T[] {
  const found: T[] = []
  for (const { object } of caches.of(definition).values()) {
    if (object.metadata.namespace === namespace) found.push(object as unknown as T)
  }
  return found
}
