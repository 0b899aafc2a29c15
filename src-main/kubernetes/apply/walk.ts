import { deepEqual, isRecord } from '../json.ts'
import { FieldSet } from './field-set.ts'
import {
  alwaysPresent,
  fieldPlace,
  itemsByElement,
  memberElement,
  type Ownership,
  ownershipOf,
  type Place,
} from './ownership.ts'
import type { PathElement } from './path-element.ts'

/** What differs between two objects. */
export interface Comparison {
  added: FieldSet
  modified: FieldSet
  removed: FieldSet
}

/** Compares two values at a place; both have to be there. */
export function compare(old: unknown, next: unknown, place: Place): Comparison {
  const result = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() }
  compareAt(old, next, place, [], result)
  return result
}

function compareAt(
  old: unknown,
  next: unknown,
  place: Place,
  path: PathElement[],
  into: Comparison,
): void {
  if (old === undefined) {
    if (next !== undefined) into.added.insert(path, allBelow(next, place))
    return
  }
  const ownership = ownershipOf(place, old, next)
  const isLeaf = ownership.kind === 'leaf' || (isEmpty(old, ownership) && isEmpty(next, ownership))
  if (!isLeaf)
    for (const { element, place: below, left, right } of children(ownership, old, next))
      compareAt(left, right, below, [...path, element], into)
  if (next === undefined) into.removed.insert(path)
  else if (isLeaf && !deepEqual(old, next)) {
    if (ownership.kind === 'leaf') compareMembers(old, next, place, path, into)
    into.modified.insert(path)
  }
}

/** Of a value that becomes one of another kind, the members go; those of the other kind are new. */
function compareMembers(
  old: unknown,
  next: unknown,
  place: Place,
  path: PathElement[],
  into: Comparison,
): void {
  const [before, after] = [ownershipOf(place, old), ownershipOf(place, next)]
  if (before.kind !== 'leaf')
    for (const { element, left, place: below } of children(before, old, undefined))
      compareAt(left, undefined, below, [...path, element], into)
  if (after.kind !== 'leaf')
    for (const { element, right, place: below } of children(after, undefined, next))
      compareAt(undefined, right, below, [...path, element], into)
}

/** Every path below a value, those on the way to others among them: what is added with a value that is new. */
function allBelow(value: unknown, place: Place): FieldSet | undefined {
  const ownership = ownershipOf(place, value)
  if (ownership.kind === 'leaf' || isEmpty(value, ownership)) return undefined
  const set = new FieldSet()
  if (ownership.kind === 'set' || ownership.kind === 'list') {
    const items = ownership.kind === 'list' ? ownership.items : scalarPlace
    for (const [element, [first, ...others]] of itemsByElement(ownership, value))
      set.add(element, others.length ? undefined : allBelow(first, items))
    return set
  }
  for (const name of memberNames(ownership, value)) {
    const right = member(ownership, value, name)
    if (right === undefined) continue
    const below =
      ownership.kind === 'struct' ? fieldPlace(ownership.type, name) : valuesOf(ownership)
    set.add(memberElement(name), allBelow(right, below))
  }
  return set
}

interface Child {
  element: PathElement
  place: Place
  left: unknown
  right: unknown
}

function* children(ownership: Ownership, left: unknown, right: unknown): Generator<Child> {
  if (ownership.kind === 'set' || ownership.kind === 'list') {
    const lefts = itemsByElement(ownership, left)
    const rights = itemsByElement(ownership, right)
    const place = ownership.kind === 'list' ? ownership.items : scalarPlace
    for (const element of new Set([...lefts.keys(), ...rights.keys()])) {
      const [a = [], b = []] = [lefts.get(element), rights.get(element)]
      if (a.length > 1 || b.length > 1)
        yield {
          element,
          place: scalarPlace,
          left: a.length ? a : undefined,
          right: b.length ? b : undefined,
        }
      else yield { element, place, left: a[0], right: b[0] }
    }
    return
  }
  const names = new Set([...memberNames(ownership, left), ...memberNames(ownership, right)])
  for (const name of names)
    yield {
      element: memberElement(name),
      place: ownership.kind === 'struct' ? fieldPlace(ownership.type, name) : valuesOf(ownership),
      left: member(ownership, left, name),
      right: member(ownership, right, name),
    }
}

export const scalarPlace: Place = { type: { kind: 'string', goName: '' } }
export const valuesOf = (ownership: Ownership): Place =>
  ownership.kind === 'map' ? ownership.values : scalarPlace

/** The names of a value's members, those that are always there among them. */
export function memberNames(ownership: Ownership, value: unknown): string[] {
  if (!isRecord(value)) return []
  const names = Object.keys(value)
  if (ownership.kind === 'struct')
    for (const name of alwaysPresent(ownership.type).keys())
      if (!Object.hasOwn(value, name)) names.push(name)
  return names
}

/** A member that Go keeps by value is there as soon as its parent is; a null is a value. */
export function member(ownership: Ownership, value: unknown, name: string): unknown {
  if (!isRecord(value)) return undefined
  const own = Object.hasOwn(value, name) ? value[name] : undefined
  if (own !== undefined || ownership.kind !== 'struct') return own
  return alwaysPresent(ownership.type).get(name)
}

/** Whether nothing lies below a value. */
export function isEmpty(value: unknown, ownership: Ownership): boolean {
  if (value === undefined || value === null) return true
  if (Array.isArray(value)) return value.length === 0
  return isRecord(value) && memberNames(ownership, value).length === 0
}

/** The paths that a configuration says something about. */
export function fieldSetOf(value: unknown, place: Place): FieldSet {
  const set = new FieldSet()
  collect(value, place, [], set)
  return set
}

function collect(value: unknown, place: Place, path: PathElement[], set: FieldSet): void {
  const ownership = ownershipOf(place, value)
  if (ownership.kind === 'leaf' || value === null) {
    set.insert(path)
    return
  }
  if (ownership.kind === 'set' || ownership.kind === 'list') {
    for (const [element, items] of itemsByElement(ownership, value)) {
      for (const item of items)
        collect(
          item,
          ownership.kind === 'list' ? ownership.items : scalarPlace,
          [...path, element],
          set,
        )
      set.insert([...path, element])
    }
    return
  }
  for (const [name, item] of Object.entries(value as Record<string, unknown>)) {
    const named = ownership.kind === 'struct' && ownership.type.fields.has(name)
    const below = [...path, memberElement(name)]
    const place =
      ownership.kind === 'struct' ? fieldPlace(ownership.type, name) : valuesOf(ownership)
    collect(item, place, below, set)
    if (!named || item === null || (isRecord(item) && Object.keys(item).length === 0))
      set.insert(below)
  }
}

/** `set` and the structs' fields on the way to its paths, which no set names but which vanish with their content. */
export function withNamedFields(set: FieldSet, place: Place): FieldSet {
  const result = new FieldSet()
  for (const element of set.members) result.members.add(element)
  for (const [element, child] of set.children) {
    const { place: below, named } = placeBelow(place, element)
    if (named) result.members.add(element)
    result.children.set(element, withNamedFields(child, below))
  }
  return result
}

/** The place of what a path element leads to, and whether the type names it. */
export function placeBelow(place: Place, element: PathElement): { place: Place; named: boolean } {
  const ownership = ownershipOf(place)
  const name = element.slice(2)
  if (ownership.kind === 'struct')
    return { place: fieldPlace(ownership.type, name), named: ownership.type.fields.has(name) }
  if (ownership.kind === 'list') return { place: ownership.items, named: false }
  return { place: valuesOf(ownership), named: false }
}

/** `value` without the members and items that `set` names; null when nothing is left, which is still a value. */
export function removeItems(value: unknown, set: FieldSet, place: Place): unknown {
  const ownership = ownershipOf(place, value)
  if (ownership.kind === 'leaf' || value === undefined || value === null) return value
  if (Array.isArray(value)) {
    if (ownership.kind !== 'set' && ownership.kind !== 'list') return value
    const kept = [...itemsByElement(ownership, value)].flatMap(([element, items]) => {
      if (set.members.has(element)) return []
      const below = set.children.get(element)
      if (!below || ownership.kind === 'set') return items
      return items.map(item => removeItems(item, below, ownership.items) ?? {})
    })
    return kept.length || value.length === 0 ? kept : null
  }
  const entries = Object.entries(value as Record<string, unknown>)
  const kept = entries.flatMap(([name, item]) => {
    const element = memberElement(name)
    if (set.members.has(element)) return []
    const below = set.children.get(element)
    if (!below) return [[name, item] as const]
    const rest = removeItems(
      item,
      below,
      ownership.kind === 'struct' ? fieldPlace(ownership.type, name) : valuesOf(ownership),
    )
    return [[name, rest] as const]
  })
  return kept.length || entries.length === 0 || keepsFields(ownership, set)
    ? Object.fromEntries(kept)
    : null
}

/** Whether a struct without the fields that `set` names still has some that are always there. */
const keepsFields = (ownership: Ownership, set: FieldSet): boolean =>
  ownership.kind === 'struct' &&
  [...alwaysPresent(ownership.type).keys()].some(name => !set.members.has(memberElement(name)))
