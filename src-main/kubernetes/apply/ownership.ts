import { isRecord } from '../json.ts'
import { publishedDefault } from '../schema/published-default.ts'
import type { FieldSchema, FieldType, TypeSchema } from '../schema/type-schema.ts'
import { fieldElement, keyElement, type PathElement, valueElement } from './path-element.ts'

/** What is known of a value's place: its type and how a list, map or struct there is owned. */
export type Place = Pick<FieldSchema, 'type' | 'listType' | 'listMapKeys' | 'structType'> & {
  pointer?: boolean
}

/** How a value is owned: as a whole, or by its members. */
export type Ownership =
  | { kind: 'leaf' }
  | { kind: 'struct'; type: TypeSchema }
  | { kind: 'map'; values: Place }
  | { kind: 'set' }
  /** `keys` in the order of their names. */
  | { kind: 'list'; keys: readonly string[]; items: Place }

const leaf: Ownership = { kind: 'leaf' }
/** Of data without a type, maps are owned by key, lists and scalars as a whole. */
const untyped: Place = { type: { kind: 'any', goName: '' } }

export const rootPlace = (type: TypeSchema): Place => ({ type: { kind: 'object', type } })

/** How the values at a place are owned. They decide where the type leaves it open; absent ones say nothing. */
export function ownershipOf(place: Place, a?: unknown, b?: unknown): Ownership {
  const { type } = place
  switch (type.kind) {
    case 'object':
      return (place.structType ?? (type.type.atomic ? 'atomic' : 'granular')) !== 'atomic' &&
        areRecords(a, b)
        ? { kind: 'struct', type: type.type }
        : leaf
    case 'map':
      return place.structType !== 'atomic' && areRecords(a, b)
        ? { kind: 'map', values: partPlace(type) }
        : leaf
    case 'array':
      if (!areLists(a, b)) return leaf
      if (place.listType === 'set') return { kind: 'set' }
      if (place.listType !== 'map') return leaf
      return { kind: 'list', keys: keysOf(place), items: partPlace(type) }
    case 'any':
    case 'schemaOr':
      return isAnything(a, b) && areRecords(a, b) ? { kind: 'map', values: untyped } : leaf
    default:
      return leaf
  }
}

/** The place of a list's items or a map's values. */
export const partPlace = (whole: Extract<FieldType, { kind: 'array' | 'map' }>): Place => ({
  type: whole.kind === 'map' ? whole.values : whole.items,
  ...whole.owned,
})

const isAbsent = (value: unknown): boolean => value === undefined || value === null
const isAnything = (a: unknown, b: unknown): boolean => !isAbsent(a) || !isAbsent(b)
const areRecords = (a: unknown, b: unknown): boolean =>
  (isAbsent(a) || isRecord(a)) && (isAbsent(b) || isRecord(b))
const areLists = (a: unknown, b: unknown): boolean =>
  (isAbsent(a) || Array.isArray(a)) && (isAbsent(b) || Array.isArray(b))

const sortedKeys = new WeakMap<readonly string[], readonly string[]>()

/** The names of a keyed list's keys, in order. */
function keysOf({ listMapKeys = noKeys }: Place): readonly string[] {
  let sorted = sortedKeys.get(listMapKeys)
  if (!sorted) {
    sorted = listMapKeys.toSorted()
    sortedKeys.set(listMapKeys, sorted)
  }
  return sorted
}
const noKeys: readonly string[] = []

/** The place of a struct's field; fields that the type doesn't know are data without a type. */
export const fieldPlace = (type: TypeSchema, name: string): Place =>
  type.fields.get(name) ?? untyped

const byValue = new WeakMap<TypeSchema, ReadonlyMap<string, unknown>>()

/**
 * The fields that a struct always has in Go, and what they are when they are absent: structs kept by value
 * (`resources`, `strategy`, …) are empty, lists and maps that are never omitted (`containers`) are null.
 */
export function alwaysPresent(type: TypeSchema): ReadonlyMap<string, unknown> {
  const known = byValue.get(type)
  if (known) return known
  const fields = new Map<string, unknown>()
  for (const {
    name,
    type: { kind },
    pointer,
    omitEmpty,
  } of type.fields.values())
    if (pointer) continue
    else if (kind === 'object') fields.set(name, {})
    else if (!omitEmpty && (kind === 'array' || kind === 'map')) fields.set(name, null)
  byValue.set(type, fields)
  return fields
}

/** The path element of a set's or keyed list's item. Keys that are absent count with their default. */
export function itemElement(
  ownership: Extract<Ownership, { kind: 'set' | 'list' }>,
  item: unknown,
): PathElement {
  if (ownership.kind === 'set') return valueElement(item)
  const record = isRecord(item) ? item : {}
  const [first = '', second] = ownership.keys
  if (first === 'name' && second === undefined && typeof record[first] === 'string')
    return nameElement(record[first])
  return keyElement(ownership.keys, key => record[key] ?? defaultOf(ownership.items.type, key))
}

const mostNames = 4096
const byName = new Map<string, PathElement>()

/** The path element of an item that has a name for its key, as most do: made once for all that have the same. */
function nameElement(name: string): PathElement {
  let element = byName.get(name)
  if (element === undefined) {
    if (byName.size >= mostNames) byName.clear()
    element = keyElement(['name'], () => name)
    byName.set(name, element)
  }
  return element
}

/** What a key counts as in items that leave it out; undefined when they may not. */
export function defaultOf(items: FieldType, key: string): unknown {
  const field = items.kind === 'object' ? items.type.fields.get(key) : undefined
  return field && publishedDefault(field)
}

/** A list's items by path element, in order; an item that repeats another's keys comes with it. */
export function itemsByElement(
  ownership: Extract<Ownership, { kind: 'set' | 'list' }>,
  list: unknown,
): Map<PathElement, unknown[]> {
  return Map.groupBy(Array.isArray(list) ? list : [], item => itemElement(ownership, item))
}

/** A map's or struct's members by path element. */
export const memberElement = fieldElement
