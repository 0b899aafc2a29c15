import type { KubernetesObject } from '../objects.ts'
import { FieldSet } from './field-set.ts'
import type { Manager, Managers } from './managed-fields.ts'
import { inVersion, type ManagedWrite, typeIn } from './managed-write.ts'
import { rootPlace } from './ownership.ts'
import { fieldSetOf, removeItems, withNamedFields } from './walk.ts'

/**
 * Removes what a manager applied last time and not this time, unless another manager owns it or something below.
 * `managers` are those after the apply, `last` is the manager as it was.
 */
export function prune(
  merged: KubernetesObject,
  managers: Managers,
  last: Manager | undefined,
  write: ManagedWrite,
): KubernetesObject {
  const type = last && typeIn(write, last.apiVersion)
  if (!last || !type) return merged
  const place = rootPlace(type)
  const before = inVersion(write, merged, last.apiVersion)
  const without = removeItems(before, withNamedFields(last.set, place), place) as KubernetesObject
  const withOwned = inVersion(
    write,
    addBackOwned(before, without, managers, last.apiVersion, write),
    last.apiVersion,
  )
  const gone = fieldsIn(before, write).difference(fieldsIn(withOwned, write))
  const pruned = removeItems(before, gone.intersection(withNamedFields(last.set, place)), place)
  return inVersion(write, whole(pruned, before), write.apiVersion)
}

/** Puts back what anybody owns, version by version, beginning with the one that was pruned. */
function addBackOwned(
  merged: KubernetesObject,
  pruned: KubernetesObject,
  managers: Managers,
  first: string,
  write: ManagedWrite,
): KubernetesObject {
  const byVersion = Map.groupBy(managers.values(), ({ apiVersion }) => apiVersion)
  const others = [...byVersion.keys()].filter(version => version !== first)
  let result = pruned
  for (const version of byVersion.has(first) ? [first, ...others] : others) {
    const type = typeIn(write, version)
    if (!type) continue
    const place = rootPlace(type)
    const owned = (byVersion.get(version) ?? []).reduce(
      (union, { set }) => union.union(set),
      new FieldSet(),
    )
    const before = inVersion(write, merged, version)
    const now = inVersion(write, whole(result, before), version)
    const kept = fieldsIn(now, write).union(withNamedFields(owned, place))
    result = whole(removeItems(before, fieldsIn(before, write).difference(kept), place), before)
  }
  return result
}

/** What an object of some version has, the structs on the way included. */
function fieldsIn(object: KubernetesObject, write: ManagedWrite): FieldSet {
  const type = typeIn(write, object.apiVersion ?? write.apiVersion)
  if (!type) return new FieldSet()
  const place = rootPlace(type)
  return withNamedFields(fieldSetOf(object, place), place)
}

/** What was pruned, still of its version and kind, and with metadata. */
function whole(pruned: unknown, { apiVersion, kind }: KubernetesObject): KubernetesObject {
  const { metadata, ...rest } = (pruned ?? {}) as KubernetesObject
  return { ...rest, apiVersion, kind, metadata: metadata ?? {} } as KubernetesObject
}
