type Members = Record<string, unknown>

/** Freezes a value and everything in it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}

const longestShared = 64
const mostShared = 8192
const shared = new Map<string, string>()

/**
 * Freezes decoded JSON that is kept for long, and has it share the texts that objects have in common: names of images,
 * nodes and settings, labels, words such as `ClusterFirst`. `JSON.parse` makes every one of them anew.
 */
export function freezeShared<T extends object>(value: T): T {
  const members = value as Members
  for (const name of Object.keys(members)) {
    const inner = members[name]
    if (typeof inner === 'string') {
      if (inner.length <= longestShared) members[name] = share(inner)
    } else if (typeof inner === 'object' && inner !== null) freezeShared(inner)
  }
  return Object.freeze(value)
}

function share(text: string): string {
  const known = shared.get(text)
  if (known !== undefined) return known
  if (shared.size >= mostShared) shared.clear()
  shared.set(text, text)
  return text
}
