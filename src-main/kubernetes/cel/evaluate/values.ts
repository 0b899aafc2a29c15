import type { CelType } from '../check/types.ts'

/**
 * A value of the language: `bigint` is an int, `number` a double; what JavaScript has no type for has a class. Errors
 * are values, since `||`, `&&` and the macros over lists go on beside them.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Duration
  | Timestamp
  | TypeValue
  | CelList
  | CelMap
  | Opaque
  | CelError

/** What went wrong in an evaluation. */
export class CelError {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

export const fail = (message: string): CelError => new CelError(message)

/** No form of a function takes the values it was given. */
export const noSuchOverload = fail('no such overload')

/** An unsigned integer of 64 bits. */
export class Uint {
  readonly value: bigint

  constructor(value: bigint) {
    this.value = value
  }
}

/** A span of time in nanoseconds. */
export class Duration {
  readonly nanos: bigint

  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

/** A point in time, in nanoseconds since 1970. */
export class Timestamp {
  readonly nanos: bigint

  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

/** A type as a value: what `type(x)` answers and `int` means. */
export class TypeValue {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** A list. Its elements may be made when they are asked for. */
export abstract class CelList {
  abstract readonly size: number
  /** `index` is within the list. */
  abstract at(index: number): Value

  /** The list with another one behind it, for lists that are joined in a way of their own. */
  join?(other: CelList): CelList

  /** Whether it equals a list of the same size, for lists that have an equality of their own. */
  equals?(other: CelList, same: (a: Value, b: Value) => boolean): boolean
}

/** A map, or an object with fields. Its values may be made when they are asked for. */
export abstract class CelMap {
  abstract readonly size: number
  abstract get(key: Value): Value | undefined
  abstract keys(): Iterable<Value>

  /** Whether `in` says so; differs from `get` for maps that answer a default. */
  has(key: Value): boolean {
    return this.get(key) !== undefined
  }
}

/** A value of a type that a library brings. */
export abstract class Opaque {
  abstract readonly typeName: string

  /** What it counts for in costs. */
  get size(): number {
    return 1
  }

  abstract equals(other: Opaque, same: (a: Value, b: Value) => boolean): boolean
}

/** A value that may be absent. */
export class Optional extends Opaque {
  static readonly none = new Optional(undefined)
  readonly typeName = 'optional_type'
  readonly value: Value | undefined

  constructor(value: Value | undefined) {
    super()
    this.value = value
  }

  equals(other: Opaque, same: (a: Value, b: Value) => boolean): boolean {
    if (!(other instanceof Optional)) return false
    if (this.value === undefined || other.value === undefined) return this.value === other.value
    return same(this.value, other.value)
  }
}

/** What kind of type a value has, and the type's name where that is not the kind. */
export function kindOf(value: Value): Exclude<CelType['kind'], 'dyn' | 'param' | 'struct'> {
  switch (typeof value) {
    case 'bigint':
      return 'int'
    case 'number':
      return 'double'
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
  }
  if (value === null) return 'null'
  if (value instanceof CelMap) return 'map'
  if (value instanceof CelList) return 'list'
  if (value instanceof Uint) return 'uint'
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof Duration) return 'duration'
  if (value instanceof Timestamp) return 'timestamp'
  if (value instanceof TypeValue) return 'type'
  return value instanceof CelError ? 'error' : 'opaque'
}

/** Whether a value is of a type, as far as a value can tell: the elements of lists aren't looked at. */
export function isOfType(value: Value, { kind, name }: CelType): boolean {
  switch (kind) {
    case 'dyn':
    case 'param':
      return true
    case 'int':
      return typeof value === 'bigint'
    case 'string':
      return typeof value === 'string'
    case 'bool':
      return typeof value === 'boolean'
    case 'double':
      return typeof value === 'number'
    case 'list':
      return value instanceof CelList
    case 'map':
    case 'struct':
      return value instanceof CelMap
    case 'opaque':
      return value instanceof Opaque && value.typeName === name
    default:
      return kindOf(value) === kind
  }
}
