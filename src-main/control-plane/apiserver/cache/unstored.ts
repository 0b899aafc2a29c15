import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { storeKey } from '../catalog.ts'
import { CachedObject, encodeStored } from './cached-object.ts'

/** An object of a kind that is never stored, in the shape in which stored ones are answered. */
export function unstored(definition: ResourceDefinition, object: KubernetesObject): CachedObject {
  const { namespace = '', name = '' } = object.metadata
  const key = storeKey(definition, namespace, name)
  return new CachedObject(definition, key, 0, encodeStored(definition, object))
}
