import { FieldSet } from './field-set.ts'
import type { Managers } from './managed-fields.ts'
import { type ManagedWrite, typeIn } from './managed-write.ts'
import { ownershipOf, type Place, rootPlace } from './ownership.ts'
import { placeBelow } from './walk.ts'

/**
 * Who owned something of a list or map that has become atomic owns it whole. The way back needs nothing: who owned it
 * whole owns none of its members.
 */
export function fitToSchema(managers: Managers, write: ManagedWrite): Managers {
  if (!write.schemaMayChange) return managers
  return new Map(
    [...managers].map(([id, manager]) => {
      const type = typeIn(write, manager.apiVersion)
      return [id, type ? { ...manager, set: fitted(manager.set, rootPlace(type)) } : manager]
    }),
  )
}

function fitted(set: FieldSet, place: Place): FieldSet {
  const result = new FieldSet()
  for (const element of set.members) result.members.add(element)
  for (const [element, child] of set.children) {
    const { place: below } = placeBelow(place, element)
    if (isWhole(below)) result.members.add(element)
    else result.children.set(element, fitted(child, below))
  }
  return result
}

/** Whether a list, map or struct is owned as a whole by its schema. */
const isWhole = (place: Place): boolean =>
  ['array', 'map', 'object'].includes(place.type.kind) && ownershipOf(place).kind === 'leaf'
