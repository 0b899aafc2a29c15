import { sortTexts } from '#base/sort-texts.ts'
import { deepEqual } from '../json.ts'
import type { KubernetesObject } from '../objects.ts'
import { fieldSet } from './changes.ts'
import type { FieldSet } from './field-set.ts'
import { inVersion, type ManagedWrite } from './managed-write.ts'
import {
  fieldPlace,
  itemElement,
  memberElement,
  type Ownership,
  ownershipOf,
  type Place,
  rootPlace,
} from './ownership.ts'
import { compareElements, type PathElement } from './path-element.ts'
import { unownedMetadata } from './update-managers.ts'
import { isEmpty, member, memberNames, scalarPlace, valuesOf } from './walk.ts'

type Fields = Record<string, unknown>
/** Owned, with nothing below it; shared by all that end there. */
const end: Fields = Object.freeze({})
const unowned = fieldSet([
  ['apiVersion'],
  ['kind'],
  ...[...unownedMetadata].map(name => ['metadata', name]),
])

/**
 * What the creator of an object owns, as `fieldsV1`; undefined for nothing. The same as all that differs between the
 * object and one that has only its kind, but found without sets of paths: creating objects is what a server does most.
 */
export function createdFields(
  object: Readonly<KubernetesObject>,
  write: ManagedWrite,
): Fields | undefined {
  const { apiVersion, type, resetFields = [] } = write
  const bare = { metadata: {} }
  return changedFields(
    bare,
    { ...bare, ...inVersion(write, object, apiVersion) },
    rootPlace(type),
    resetFields.length ? unowned.union(fieldSet(resetFields)) : unowned,
  )
}

/**
 * What differs from `left`, the value that is there before anything is said; undefined for nothing. Such a value is
 * empty but for what its type always has in it.
 */
function changedFields(
  left: unknown,
  value: unknown,
  place: Place,
  except: FieldSet | undefined,
): Fields | undefined {
  const ownership = ownershipOf(place, left, value)
  if (ownership.kind === 'leaf' || (isEmpty(left, ownership) && isEmpty(value, ownership)))
    return deepEqual(left, value) ? undefined : end
  const fields: Fields = {}
  return addBelow(fields, left, value, ownership, except) ? fields : undefined
}

/** A value that is owned itself, and all below it. */
function wholeFields(value: unknown, place: Place, except?: FieldSet): Fields {
  const ownership = ownershipOf(place, value)
  if (ownership.kind === 'leaf' || isEmpty(value, ownership)) return end
  const fields: Fields = { '.': end }
  return addBelow(fields, undefined, value, ownership, except) ? fields : end
}

/** Adds what lies in a value, in order, and answers whether there is anything. */
function addBelow(
  fields: Fields,
  left: unknown,
  value: unknown,
  ownership: Ownership,
  except: FieldSet | undefined,
): boolean {
  return ownership.kind === 'set' || ownership.kind === 'list'
    ? addItems(fields, value, ownership)
    : addMembers(fields, left, value, ownership, except)
}

function addMembers(
  fields: Fields,
  left: unknown,
  value: unknown,
  ownership: Ownership,
  except: FieldSet | undefined,
): boolean {
  let isAny = false
  for (const name of sortTexts(memberNames(ownership, value))) {
    const element = memberElement(name)
    const below = member(ownership, value, name)
    if (below === undefined || except?.members.has(element)) continue
    const place =
      ownership.kind === 'struct' ? fieldPlace(ownership.type, name) : valuesOf(ownership)
    const leftBelow = left === undefined ? undefined : member(ownership, left, name)
    const exceptBelow = except?.children.get(element)
    const owned =
      leftBelow === undefined
        ? wholeFields(below, place, exceptBelow)
        : changedFields(leftBelow, below, place, exceptBelow)
    if (!owned) continue
    fields[element] = owned
    isAny = true
  }
  return isAny
}

/** Items that repeat another's keys are owned as one. */
function addItems(
  fields: Fields,
  value: unknown,
  ownership: Extract<Ownership, { kind: 'set' | 'list' }>,
): boolean {
  const place = ownership.kind === 'list' ? ownership.items : scalarPlace
  const owned = new Map<PathElement, Fields>()
  for (const item of Array.isArray(value) ? value : []) {
    const element = itemElement(ownership, item)
    owned.set(element, owned.has(element) ? end : wholeFields(item, place))
  }
  for (const element of [...owned.keys()].sort(compareElements))
    fields[element] = owned.get(element)
  return owned.size > 0
}
