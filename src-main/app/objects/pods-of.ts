import { collectionPath } from '#clusters/paths.ts'
import { selectorText } from '#kubernetes/selectors/selector-text.ts'
import { object, text, type Untyped } from '../status/conditions.ts'
import type { ObjectsQuery } from './watch-objects.ts'

export const podsResource = { group: '', version: 'v1', resource: 'pods' }

/** What finds the pods behind a workload or a Service, and a pod itself; undefined when an object selects none. */
export function podsQuery(live: Untyped): ObjectsQuery | undefined {
  const { name, namespace } = object(live['metadata'])
  const path = collectionPath(podsResource, text(namespace))
  if (live['kind'] === 'Pod') return { path, fieldSelector: `metadata.name=${text(name)}` }
  const labelSelector = selectorText(object(live['spec'])['selector'])
  return labelSelector ? { path, labelSelector } : undefined
}
