export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether two JSON values are equal; the order of an object's members is no matter. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a))
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, at) => deepEqual(item, b[at]))
    )
  if (!isRecord(a) || !isRecord(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every(key => Object.hasOwn(b, key) && deepEqual(a[key], b[key]))
  )
}

/** A copy of a JSON value, in which there may be bytes, that shares nothing with it; several times as fast as `structuredClone`. */
export function cloneJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(cloneJson) as T
  if (value instanceof Uint8Array) return new Uint8Array(value) as T
  const copy: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__') {
      const own = { value: cloneJson(member), enumerable: true, writable: true, configurable: true }
      Object.defineProperty(copy, key, own)
    } else copy[key] = cloneJson(member)
  }
  return copy as T
}
