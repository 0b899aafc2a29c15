import { type Library, overload } from '../check/functions.ts'
import { ArrayList, elements } from '../evaluate/lists.ts'
import {
  CelList,
  CelMap,
  Duration,
  fail,
  Optional,
  Timestamp,
  Uint,
  type Value,
} from '../evaluate/values.ts'

const of = (value: Value) => new Optional(value)

/** Empty, zero, or null. */
function isZero(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0n || value === 0) return true
  if (value instanceof Uint) return value.value === 0n
  if (value instanceof Uint8Array) return value.length === 0
  if (value instanceof CelList || value instanceof CelMap) return value.size === 0
  if (value instanceof Duration || value instanceof Timestamp) return value.nanos === 0n
  return value instanceof Optional && value.value === undefined
}

function unwrapAll(list: CelList): Value {
  const present = [...elements(list)].flatMap(element =>
    element instanceof Optional && element.value !== undefined ? [element.value] : [],
  )
  return new ArrayList(present)
}

const unreachable = (): Value => {
  throw new Error('evaluated as if it took all its arguments')
}

/** Values that may be absent. */
export const optionals: Library = {
  'optional.of': [overload('optional_of', '(V) optional(V)', of)],
  'optional.ofNonZeroValue': [
    overload('optional_ofNonZeroValue', '(V) optional(V)', (value: Value) =>
      isZero(value) ? Optional.none : of(value),
    ),
  ],
  'optional.none': [overload('optional_none', '() optional(V)', () => Optional.none)],
  'optional.unwrap': [overload('optional_unwrap', '(list(optional(V))) list(V)', unwrapAll)],
  unwrapOpt: [overload('optional_unwrapOpt', 'list(optional(V)).() list(V)', unwrapAll)],
  hasValue: [
    overload(
      'optional_hasValue',
      'optional(V).() bool',
      ({ value }: Optional) => value !== undefined,
    ),
  ],
  value: [
    overload('optional_value', 'optional(V).() V', ({ value }: Optional) =>
      value === undefined ? fail('optional.none() dereference') : value,
    ),
  ],
  or: [overload('optional_or_optional', 'optional(V).(optional(V)) optional(V)', unreachable)],
  orValue: [overload('optional_orValue_value', 'optional(V).(V) V', unreachable)],
  first: [
    overload('list_first', 'list(V).() optional(V)', (list: CelList) =>
      list.size ? of(list.at(0)) : Optional.none,
    ),
  ],
  last: [
    overload('list_last', 'list(V).() optional(V)', (list: CelList) =>
      list.size ? of(list.at(list.size - 1)) : Optional.none,
    ),
  ],
}
