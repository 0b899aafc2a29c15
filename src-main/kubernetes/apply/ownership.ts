import { isRecord } from '../json.ts'
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
  | { kind: 'list'; keys: readonly string[]; items: Place }

const leaf: Ownership = { kind: 'leaf' }
/** Of data without a type, maps are owned by key, lists and scalars as a whole. */
const untyped: Place = { type: { kind: 'any', goName: '' } }

export const rootPlace = (type: TypeSchema): Place => ({ type: { kind: 'object', type } })

/** How the values at a place are owned. `values` decide where the type leaves it open; absent ones say nothing. */
export function ownershipOf(place: Place, ...values: unknown[]): Ownership {
  const { type } = place
  const present = values.filter(value => value !== undefined && value !== null)
  const fits = (isOne: (value: unknown) => boolean, ownership: Ownership) =>
    present.every(isOne) ? ownership : leaf
  switch (type.kind) {
    case 'object':
      return (place.structType ?? (type.type.atomic ? 'atomic' : 'granular')) === 'atomic'
        ? leaf
        : fits(isRecord, { kind: 'struct', type: type.type })
    case 'map':
      return place.structType === 'atomic'
        ? leaf
        : fits(isRecord, { kind: 'map', values: { type: type.values } })
    case 'array':
      if (place.listType === 'set') return fits(Array.isArray, { kind: 'set' })
      if (place.listType !== 'map') return leaf
      return fits(Array.isArray, {
        kind: 'list',
        keys: place.listMapKeys ?? [],
        items: { type: type.items },
      })
    case 'any':
    case 'raw':
      return present.length ? fits(isRecord, { kind: 'map', values: untyped }) : leaf
    case 'schemaOr':
      return present.length ? fits(isRecord, { kind: 'struct', type: type.type }) : leaf
    default:
      return leaf
  }
}

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
  const keys = ownership.keys.flatMap(key => {
    const value = record[key] ?? defaultOf(ownership.items.type, key)
    return value === undefined ? [] : [[key, value] as const]
  })
  return keyElement(Object.fromEntries(keys))
}

const defaultOf = (type: FieldType, key: string): unknown =>
  type.kind === 'object' ? type.type.fields.get(key)?.default : undefined

/** A list's items by path element, in order; an item that repeats another's keys comes with it. */
export function itemsByElement(
  ownership: Extract<Ownership, { kind: 'set' | 'list' }>,
  list: unknown,
): Map<PathElement, unknown[]> {
  return Map.groupBy(Array.isArray(list) ? list : [], item => itemElement(ownership, item))
}

/** A map's or struct's members by path element. */
export const memberElement = fieldElement
