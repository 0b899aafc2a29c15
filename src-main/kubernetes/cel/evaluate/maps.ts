import { CelMap, Uint, type Value } from './values.ts'

/**
 * What two equal keys have in common: numbers are equal across their types. Undefined for what can't be a key.
 */
export function keyOf(value: Value): string | bigint | boolean | undefined {
  if (typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean')
    return value
  if (value instanceof Uint) return value.value
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined
}

/** A map whose entries are there. */
export class EntryMap extends CelMap {
  readonly #entries = new Map<string | bigint | boolean, readonly [Value, Value]>()

  get size(): number {
    return this.#entries.size
  }

  get(key: Value): Value | undefined {
    const found = keyOf(key)
    return found === undefined ? undefined : this.#entries.get(found)?.[1]
  }

  *keys(): Iterable<Value> {
    for (const [key] of this.#entries.values()) yield key
  }

  /** False when the key is there already, or can be none. */
  insert(key: Value, value: Value): boolean {
    const own = keyOf(key)
    if (own === undefined || this.#entries.has(own)) return false
    this.#entries.set(own, [key, value])
    return true
  }
}

/** A map over a JSON object, whose values are made once, when they are asked for. */
export class JsonMap extends CelMap {
  readonly #object: Readonly<Record<string, unknown>>
  readonly #make: (name: string, value: unknown) => Value
  readonly #made = new Map<string, Value>()

  constructor(
    object: Readonly<Record<string, unknown>>,
    make: (name: string, value: unknown) => Value,
  ) {
    super()
    this.#object = object
    this.#make = make
  }

  get size(): number {
    return Object.keys(this.#object).length
  }

  get(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined
    const made = this.#made.get(key)
    if (made !== undefined) return made
    const raw = Object.hasOwn(this.#object, key) ? this.#object[key] : undefined
    if (raw === undefined) return undefined
    const value = this.#make(key, raw)
    this.#made.set(key, value)
    return value
  }

  keys(): Iterable<Value> {
    return Object.keys(this.#object)
  }
}
