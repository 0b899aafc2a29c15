import { trackUpdate } from '#kubernetes/apply/track-update.ts'
import { untypedObject } from '#kubernetes/apply/untyped-object.ts'
import { apiVersionOf, type KubernetesObject } from '#kubernetes/objects.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import type { TypeSchema } from '#kubernetes/schema/type-schema.ts'
import type { Target } from './target.ts'

/** Writes into managedFields who set what. */
export interface Tracker {
  created(object: KubernetesObject): KubernetesObject
  updated(next: KubernetesObject, current: Readonly<KubernetesObject>): KubernetesObject
}

/** The tracker of one manager's writes to the target. */
export function tracker(target: Target, manager: string): Tracker {
  const track = (updated: KubernetesObject, old: Readonly<KubernetesObject> | undefined) => {
    const entries = trackUpdate({ ...ownership(target), old, updated, manager })
    if (entries.length) updated.metadata.managedFields = entries
    else delete updated.metadata.managedFields
    return updated
  }
  return {
    created: object => track(object, undefined),
    updated: (next, current) => track(next, current),
  }
}

/** What server-side apply has to know of a target. */
export function ownership({ context, definition, stored, services }: Target): {
  apiVersion: string
  subresource: string
  now: number
  type: TypeSchema
  resetFields: readonly (readonly string[])[]
} {
  const { subresource } = context.info
  return {
    apiVersion: apiVersionOf(stored),
    subresource,
    now: services.clock.now(),
    type: (definition.custom ?? stored.custom)?.type ?? findObjectType(stored) ?? untypedObject,
    resetFields: subresource === 'status' ? [['spec']] : stored.status ? [['status']] : [],
  }
}
