import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { ManagedWrite, Versions } from '#kubernetes/apply/managed-write.ts'
import { trackUpdate } from '#kubernetes/apply/track-update.ts'
import { untypedObject } from '#kubernetes/apply/untyped-object.ts'
import { apiVersionOf, type KubernetesObject, parseApiVersion } from '#kubernetes/objects.ts'
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
    const entries = trackUpdate({
      ...ownership(target),
      old: old && asRequested(target, old),
      updated: asRequested(target, updated),
      manager,
    })
    if (entries.length) updated.metadata.managedFields = entries
    else delete updated.metadata.managedFields
    return updated
  }
  return {
    created: object => track(object, undefined),
    updated: (next, current) => track(next, current),
  }
}

/** What ownership has to know of a target, but for the manager. */
export function ownership(target: Target): Omit<ManagedWrite, 'manager'> {
  const { context, definition, services } = target
  const { subresource } = context.info
  return {
    apiVersion: apiVersionOf(definition),
    subresource,
    now: services.clock.now(),
    type: typeOf(definition),
    resetFields: resetFields(target),
    versions: versionsOf(target),
    schemaMayChange: definition.custom !== undefined,
  }
}

const typeOf = (definition: ResourceDefinition): TypeSchema =>
  definition.custom?.type ?? findObjectType(definition) ?? untypedObject

function resetFields({ context, stored }: Target): readonly (readonly string[])[] {
  if (context.info.subresource !== 'status') return stored.status ? [['status']] : []
  return [['spec'], ...(stored.status?.resetFields ?? [])]
}

/** A stored object as the kind that was asked for. */
export const asRequested = (
  { definition, stored }: Target,
  object: Readonly<KubernetesObject>,
): Readonly<KubernetesObject> =>
  definition === stored || !definition.storedAs ? object : definition.storedAs.fromStored(object)

/** The versions of the target's kind: those that lie in the store as the same kind. */
function versionsOf({ definition, stored, services }: Target): Versions {
  const find = (apiVersion: string): ResourceDefinition | undefined => {
    const { group, version } = parseApiVersion(apiVersion)
    const found = services.catalog.find({ group, version, resource: definition.plural })
    return found && services.caches.of(found).definition === stored ? found : undefined
  }
  return {
    typeOf(apiVersion) {
      const found = find(apiVersion)
      return found && typeOf(found)
    },
    convert(object, apiVersion) {
      const from = find(object.apiVersion ?? '')
      const asStored = from?.storedAs?.toStored(object as KubernetesObject) ?? object
      const to = find(apiVersion)
      return to?.storedAs?.fromStored(asStored) ?? (asStored as KubernetesObject)
    },
  }
}
