import { isRecord } from '../json.ts'

/**
 * Applies a JSON Merge Patch (RFC 7386) and returns the result; `document` stays as it is. `null` removes a
 * member, objects merge, everything else replaces.
 */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const result: Record<string, unknown> = isRecord(document) ? { ...document } : {}
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete result[key]
    else
      Object.defineProperty(result, key, {
        value: applyMergePatch(Object.hasOwn(result, key) ? result[key] : undefined, value),
        enumerable: true,
        configurable: true,
        writable: true,
      })
  return result
}
