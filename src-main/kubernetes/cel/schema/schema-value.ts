import { isRecord } from '../../json.ts'
import { LazyList } from '../evaluate/lists.ts'
import { JsonMap } from '../evaluate/maps.ts'
import { CelMap, fail, type Value } from '../evaluate/values.ts'
import { parseDuration } from '../library/duration-text.ts'
import { parseTimestamp } from '../library/timestamp-text.ts'
import type { DeclaredField, DeclaredType } from './declared-type.ts'
import { jsonValue } from './json-value.ts'
import { KeyedList, SetList } from './unordered-lists.ts'

/** What expressions see of a JSON value by its schema. The parts of lists and objects are looked at when they are asked for. */
export function schemaValue(json: unknown, declared: DeclaredType): Value {
  if (json === null || json === undefined) return null
  if (declared.schema['x-kubernetes-int-or-string']) return jsonValue(json)
  switch (declared.type.kind) {
    case 'list':
      return Array.isArray(json) ? listValue(json, declared) : mismatch(declared)
    case 'map':
      return isRecord(json) ? mapValue(json, declared) : mismatch(declared)
    case 'struct':
      return isRecord(json) ? new Struct(json, declared.fields ?? new Map()) : mismatch(declared)
    case 'int':
      return typeof json === 'number' ? BigInt(Math.trunc(json)) : mismatch(declared)
    case 'double':
      return typeof json === 'number' ? json : mismatch(declared)
    case 'bool':
      return typeof json === 'boolean' ? json : mismatch(declared)
    default:
      return typeof json === 'string' ? textValue(json, declared) : mismatch(declared)
  }
}

const mismatch = ({ type }: DeclaredType) => fail(`invalid data, expected ${type.kind}`)

function textValue(text: string, { type, schema }: DeclaredType): Value {
  switch (type.kind) {
    case 'bytes':
      return bytesOf(text)
    case 'duration':
      return parseDuration(text) ?? fail(`Invalid duration ${text}`)
    case 'timestamp':
      return (
        parseTimestamp(schema.format === 'date' ? `${text}T00:00:00Z` : text) ??
        fail(`Invalid ${schema.format} ${text}`)
      )
    default:
      return text
  }
}

function bytesOf(text: string): Value {
  try {
    return Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
  } catch {
    return fail('data does not contain valid base64')
  }
}

function mapValue(object: Record<string, unknown>, { element }: DeclaredType): Value {
  return new JsonMap(object, (_, value) =>
    element ? schemaValue(value, element) : jsonValue(value),
  )
}

/** An object whose fields have names of their own in expressions; null means absent. */
class Struct extends CelMap {
  readonly #object: Readonly<Record<string, unknown>>
  readonly #fields: ReadonlyMap<string, DeclaredField>
  readonly #made = new Map<string, Value>()

  constructor(
    object: Readonly<Record<string, unknown>>,
    fields: ReadonlyMap<string, DeclaredField>,
  ) {
    super()
    this.#object = object
    this.#fields = fields
  }

  get size(): number {
    let size = 0
    for (const _ of this.keys()) size++
    return size
  }

  get(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined
    const made = this.#made.get(key)
    if (made !== undefined) return made
    const field = this.#fields.get(key)
    const raw = field && this.#raw(field.name)
    if (!field || raw === undefined || raw === null) return undefined
    const value = schemaValue(raw, field.declared)
    this.#made.set(key, value)
    return value
  }

  *keys(): Iterable<Value> {
    for (const [escaped, { name }] of this.#fields) {
      const raw = this.#raw(name)
      if (raw !== undefined && raw !== null) yield escaped
    }
  }

  #raw(name: string): unknown {
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined
  }
}

function listValue(list: readonly unknown[], { element, schema }: DeclaredType): Value {
  const values = new LazyList(list.length, index =>
    element ? schemaValue(list[index], element) : jsonValue(list[index]),
  )
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return new SetList(values)
    case 'map':
      return new KeyedList(values, schema['x-kubernetes-list-map-keys'] ?? [])
    default:
      return values
  }
}
