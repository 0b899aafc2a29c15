/**
 * Whether two JSON values mean the same to Kubernetes: absent, null and empty lists and maps are alike,
 * as in apimachinery's semantic equality.
 */
export function semanticEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (isEmpty(a) && isEmpty(b)) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => semanticEqual(item, b[index]))
  }
  if (!isRecord(a) || !isRecord(b)) return false
  for (const key in a) if (!semanticEqual(a[key], b[key])) return false
  for (const key in b) if (!(key in a) && !isEmpty(b[key])) return false
  return true
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (Array.isArray(value)) return value.length === 0
  return isRecord(value) && Object.keys(value).length === 0
}
