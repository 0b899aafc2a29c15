import { isRecord } from '#kubernetes/json.ts'

/** Where `.spec.replicas` and the like lead: the members' names. */
export const segmentsOf = (path: string): string[] => path.replace(/^\./, '').split('.')

/** The value at a path of members; undefined where one is missing. */
export function valueAt(object: unknown, segments: readonly string[]): unknown {
  let value = object
  for (const segment of segments) {
    if (!isRecord(value)) return undefined
    value = value[segment]
  }
  return value
}

/** Writes the value at a path of members, making those on the way that are missing. */
export function setValueAt(object: object, segments: readonly string[], value: unknown): void {
  let parent = object as Record<string, unknown>
  for (const segment of segments.slice(0, -1)) {
    const next = parent[segment]
    const member = isRecord(next) ? next : {}
    parent[segment] = member
    parent = member
  }
  const last = segments.at(-1)
  if (last !== undefined) parent[last] = value
}
