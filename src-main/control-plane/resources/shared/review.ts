import type { KubernetesObject } from '#kubernetes/objects.ts'
import { defineResource, type ResourceDefinition } from '../define-resource.ts'
import { defaultColumns } from './columns.ts'

/** A kind that is asked rather than stored: the API server answers its `create`. */
export function defineReview(
  group: string,
  kind: string,
  namespaced = false,
): ResourceDefinition<KubernetesObject> {
  const singular = kind.toLowerCase()
  return defineResource<KubernetesObject>({
    group,
    version: 'v1',
    kind,
    plural: `${singular}s`,
    singular,
    namespaced,
    verbs: ['create'],
    virtual: true,
    storagePrefix: '',
    columns: defaultColumns,
  })
}
