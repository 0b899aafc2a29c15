import { type Place, partPlace } from '#kubernetes/apply/ownership.ts'
import { isRecord } from '#kubernetes/json.ts'
import type { TypeSchema } from '#kubernetes/schema/type-schema.ts'
import type { Random } from '../../fuzz/random.ts'

type Json = Record<string, unknown>

/** Schemas refer to themselves. */
const deepest = 8

/**
 * Random values of a kind. Few fields, keys and values are in play, so that managers meet; which ones is chosen anew
 * with every instance.
 */
export class RandomValues {
  readonly #random: Random
  readonly #fields = new Map<TypeSchema, string[]>()
  readonly #left: ReadonlySet<string>
  #depth = 0

  /** `leftOut`: fields that are not in play. */
  constructor(random: Random, leftOut: readonly string[] = []) {
    this.#random = random
    this.#left = new Set([...left, ...leftOut])
  }

  /** What an applier may send: nulls, empty lists, missing and repeated keys and wrong types among it. */
  configuration(type: TypeSchema): Json {
    return this.#struct(type, this.#random.chance(0.3) ? 0.04 : 0)
  }

  /** An object that the API server lets in. */
  object(type: TypeSchema): Json {
    return this.#struct(type, 0)
  }

  /** An object as it was but for one place or a few. */
  edited(object: unknown, place: Place): unknown {
    const random = this.#random
    if (random.chance(0.15)) return this.#value(place, 0)
    if (Array.isArray(object)) {
      const items = place.type.kind === 'array' ? partPlace(place.type) : undefined
      if (!items || place.listType === 'atomic' || !object.length) return this.#value(place, 0)
      if (object.length > 1 && random.chance(0.3))
        return object.toSpliced(random.below(object.length), 1)
      if (place.listType === 'set') return this.#value(place, 0)
      const at = random.below(object.length)
      const next = this.edited(object[at], items)
      return object.with(at, isRecord(next) ? { ...next, ...keysOf(object[at], place) } : next)
    }
    if (!isRecord(object)) return this.#value(place, 0)
    const names = this.#membersOf(place, object)
    const name = random.pick(names.length ? names : ['a'])
    const below = memberPlace(place, name)
    if (!below) return object
    const { [name]: old, ...rest } = object
    if (old !== undefined && random.chance(0.25)) return rest
    return {
      ...object,
      [name]: old === undefined ? this.#value(below, 0) : this.edited(old, below),
    }
  }

  #membersOf(place: Place, object: Json): string[] {
    if (place.type.kind === 'object') return this.#fieldsOf(place.type.type)
    return [...Object.keys(object), 'a', 'b']
  }

  #struct(type: TypeSchema, odd: number): Json {
    const value: Json = {}
    if (this.#depth > deepest) return value
    this.#depth++
    for (const name of this.#fieldsOf(type)) {
      const place = type.fields.get(name)
      if (!place || this.#random.chance(0.4)) continue
      const member = this.#value(place, odd)
      // A struct that Go keeps by value is there anyway, and has no owner of its own.
      if (isByValue(place) && !Object.keys(member ?? {}).length) continue
      value[name] = member
    }
    if (type.keepsUnknownFields && this.#random.chance(0.5))
      value['other'] = this.#value({ type: { kind: 'any', goName: '' } }, odd)
    this.#depth--
    return value
  }

  /** The fields of a struct that are in play. */
  #fieldsOf(type: TypeSchema): string[] {
    const known = this.#fields.get(type)
    if (known) return known
    const names = [...type.fields.keys()].filter(name => !this.#left.has(name))
    const chosen = type.isObject
      ? names
      : names
          .map(name => ({ name, rank: this.#random.next() }))
          .sort((a, b) => a.rank - b.rank)
          .slice(0, 4)
          .map(({ name }) => name)
    this.#fields.set(type, chosen)
    return chosen
  }

  #value(place: Place, odd: number): unknown {
    const random = this.#random
    const { type } = place
    if (odd && !laterRead.has(type.kind) && random.chance(odd)) return random.pick(oddValues)
    switch (type.kind) {
      case 'object':
        return this.#struct(type.type, odd)
      case 'schemaOr':
        return random.chance(0.5) ? this.#struct(type.type, odd) : true
      case 'map':
        return Object.fromEntries(
          this.#some(['a', 'b', 'c']).map(key => [key, this.#value(partPlace(type), odd)]),
        )
      case 'array':
        return this.#list(place, odd)
      default:
        return random.pick(scalars[type.kind] ?? [])
    }
  }

  #list(place: Place, odd: number): unknown[] {
    const { type, listType, listMapKeys = [] } = place
    if (type.kind !== 'array') return []
    const item = partPlace(type)
    const least = isNeverOmitted(place) ? 1 : 0
    const length = Math.max(least, this.#random.below(4))
    const items = Array.from({ length }, () => this.#value(item, odd))
    if (listType === 'set') return odd && this.#random.chance(odd) ? items : [...new Set(items)]
    if (listType !== 'map' || type.items.kind !== 'object') return items
    const { fields } = type.items.type
    const keyed = items.map(value => {
      const keys = listMapKeys.flatMap(key => {
        const field = fields.get(key)
        const canMiss = field?.default !== undefined ? 0.4 : odd
        return !field || this.#random.chance(canMiss) ? [] : [[key, this.#value(field, 0)] as const]
      })
      const rest = isRecord(value) ? omit(value, listMapKeys) : value
      return isRecord(rest) ? { ...Object.fromEntries(keys), ...rest } : rest
    })
    if (odd && this.#random.chance(odd)) return keyed
    const seen = new Set<string>()
    return keyed.filter(value => {
      if (!isRecord(value)) return true
      const id = JSON.stringify(listMapKeys.map(key => value[key] ?? fields.get(key)?.default))
      return !seen.has(id) && seen.add(id)
    })
  }

  #some<T>(items: readonly T[]): T[] {
    return items.filter(() => this.#random.chance(0.5))
  }
}

/** What the server fills in, or what is the same in all objects. */
const left = new Set([
  'apiVersion',
  'kind',
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
])

/** To the merge library texts with a format are anything; what they have to be shows when Go reads them. */
const laterRead = new Set(['quantity', 'time', 'microTime'])

const oddValues: readonly unknown[] = [null, null, null, {}, [], 'x', 1, true, { a: 1 }, [1]]

const scalars: Readonly<Record<string, readonly unknown[]>> = {
  string: ['x', 'y', 'z'],
  integer: [1, 2, 10],
  number: [1, 1.5],
  boolean: [true, false],
  quantity: ['1', '2'],
  time: ['2026-01-02T03:04:05Z', '2026-02-03T04:05:06Z'],
  microTime: ['2026-01-02T03:04:05.000001Z', '2026-02-03T04:05:06.000000Z'],
  bytes: ['YQ==', 'Yg=='],
  intOrString: [1, 'x'],
  raw: [{ apiVersion: 'v1', a: 'x' }, { apiVersion: 'v1', b: { c: 1 } }, {}],
  any: [1, 'x', { a: 1 }, { a: 2, b: { c: [1] } }, { b: { d: 'x' } }, [1, { a: 1 }], {}],
  fieldsV1: [{}],
}

/** A list that Go writes even when it is null; kept as JSON, an empty one is no such list. */
const isNeverOmitted = ({ pointer, omitEmpty }: Place & { omitEmpty?: boolean }): boolean =>
  !pointer && omitEmpty === false

const isByValue = ({ type, pointer }: Place): boolean => type.kind === 'object' && !pointer

function memberPlace({ type }: Place, name: string): Place | undefined {
  if (type.kind === 'object') return type.type.fields.get(name)
  return type.kind === 'map' ? partPlace(type) : { type: { kind: 'any', goName: '' } }
}

const keysOf = (item: unknown, { listMapKeys = [] }: Place): Json =>
  isRecord(item)
    ? Object.fromEntries(Object.entries(item).filter(([name]) => listMapKeys.includes(name)))
    : {}
const omit = (value: Json, names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
