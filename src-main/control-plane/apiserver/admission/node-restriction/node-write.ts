import { storeKey } from '../../catalog.ts'
import { notFound } from '../../failures.ts'
import type { AdmissionRequest, AdmissionServices } from '../admission-step.ts'

/** A write by a node, and what may be looked at to judge it. */
export interface NodeWrite {
  node: string
  request: AdmissionRequest
  services: AdmissionServices
}

/** Why a node is refused, in upstream's words; undefined when it isn't. */
export type Refusal = string | undefined

/** An object of the core group, out of the cache. Throws a 404. */
export function find<T>(
  { catalog, caches }: AdmissionServices,
  resource: 'nodes' | 'pods',
  namespace: string,
  name: string,
): T {
  const definition = catalog.get('', 'v1', resource)
  const item = caches.of(definition).get(storeKey(definition, namespace, name))
  if (!item) throw notFound(definition, name)
  return item.object as unknown as T
}
