import { CelError, CelMap, fail, noSuchOverload, Optional, type Value } from './values.ts'

/** A field of an object, or the value of a key that is written like one. */
export function selectField(value: Value, field: string): Value {
  if (value instanceof CelMap) {
    const found = value.get(field)
    return found === undefined ? fail(`no such key: ${field}`) : found
  }
  return value instanceof Optional ? optionalField(value, field) : noSuchOverload
}

/** Whether a field is there. */
export function presence(value: Value, field: string): Value {
  if (value instanceof CelMap) return value.get(field) !== undefined
  if (!(value instanceof Optional)) return noSuchOverload
  const found = optionalField(value, field)
  return found instanceof Optional ? found.value !== undefined : found
}

/** A field that may be absent, of an object that may be absent. */
export function optionalField(value: Value, field: string): Value {
  const target = value instanceof Optional ? value.value : value
  if (target === undefined) return Optional.none
  if (!(target instanceof CelMap)) return noSuchOverload
  const found = target.get(field)
  return found === undefined || found instanceof CelError ? Optional.none : new Optional(found)
}
