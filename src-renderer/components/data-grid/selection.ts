/** Rows that a person chose, by key. */
export interface Selection {
  readonly keys: ReadonlySet<string>
  /** Where a range starts. */
  readonly anchor: string | undefined
}

export const nothing: Selection = { keys: new Set(), anchor: undefined }

/** Adds or removes one row. */
export function toggle({ keys }: Selection, key: string): Selection {
  const next = new Set(keys)
  if (!next.delete(key)) next.add(key)
  return { keys: next, anchor: key }
}

/** Chooses everything between the anchor and a row, both with it. */
export function extend(
  { keys, anchor }: Selection,
  order: readonly string[],
  from: string | undefined,
  to: string,
): Selection {
  const start = order.indexOf(anchor ?? from ?? to)
  const end = order.indexOf(to)
  if (end < 0) return { keys, anchor }
  const first = start < 0 ? end : start
  const range = order.slice(Math.min(first, end), Math.max(first, end) + 1)
  return { keys: new Set([...keys, ...range]), anchor: order[first] }
}

/** What is left once rows have gone; the same object when nothing changed. */
export function keepExisting(selection: Selection, exists: (key: string) => boolean): Selection {
  const keys = [...selection.keys].filter(exists)
  return keys.length === selection.keys.size ? selection : { ...selection, keys: new Set(keys) }
}
