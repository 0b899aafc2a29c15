import type { Document, LineCounter } from 'yaml'

/** A place in a text; both count from 1. */
export interface Position {
  line: number
  column: number
}

/** Finds the place of a field as Kubernetes names it: `spec.containers[0].image`; the nearest parent that is there. */
export type Locate = (field: string) => Position | undefined

/** The finder of a document's fields; `prefix` leads to the object in it. */
export function locator(
  document: Document.Parsed,
  lines: LineCounter,
  prefix: readonly string[] = [],
): Locate {
  return field => {
    let node: unknown = document.contents
    let offset: number | undefined
    for (const step of [...prefix, ...stepsOf(field)]) {
      const next = childOf(node, step)
      if (!next) break
      node = next.value
      offset = next.offset ?? offset
    }
    if (offset === undefined) return undefined
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
}

const stepsOf = (field: string): string[] =>
  [...field.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map(([, key, name]) => key ?? name ?? '')

interface Child {
  value: unknown
  offset: number | undefined
}

/** What a map or list holds under a step, by the shape of the library's nodes. */
function childOf(node: unknown, step: string): Child | undefined {
  const { items } = (node ?? {}) as { items?: unknown[] }
  if (!Array.isArray(items)) return undefined
  const pair = items.find(item => keyOf(item) === step) as { key: unknown; value: unknown }
  if (pair) return { value: pair.value, offset: startOf(pair.key) }
  const item = /^\d+$/.test(step) ? items[Number(step)] : undefined
  return item ? { value: item, offset: startOf(item) } : undefined
}

const keyOf = (item: unknown): string | undefined => {
  const { key } = (item ?? {}) as { key?: { value?: unknown } }
  return key?.value === undefined ? undefined : String(key.value)
}

const startOf = (node: unknown): number | undefined =>
  ((node ?? {}) as { range?: readonly number[] }).range?.[0]

/**
 * The field that a refusal is about: the first cause of an invalid object, or what a body that could not be decoded
 * or a patch that could not be applied names (`unknown field "spec.replica"`, `json: cannot unmarshal … of type int32`).
 */
export function refusedField(
  message: string,
  causes: readonly { field?: string }[],
): string | undefined {
  const cause = causes.find(({ field }) => field && field !== 'patch')
  return (
    cause?.field ??
    /(?:unknown|duplicate) field "([^"]+)"/.exec(message)?.[1] ??
    /Go struct field [^.\s]+\.(\S+) of type/.exec(message)?.[1] ??
    /: \.(\S+): field not declared in schema/.exec(message)?.[1]
  )
}
