/** A field of an answer; case doesn't count, as to whoever reads JSON in Go. Undefined also for null. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const wanted = name.toLowerCase()
  const [, found] = Object.entries(value).find(([key]) => key.toLowerCase() === wanted) ?? []
  return found ?? undefined
}

export function textOf(value: unknown, name: string): string {
  const found = fieldOf(value, name)
  return typeof found === 'string' ? found : ''
}

export function listOf(value: unknown, name: string): unknown[] {
  const found = fieldOf(value, name)
  return Array.isArray(found) ? found : []
}

export function mapOf(value: unknown, name: string): [string, unknown][] {
  const found = fieldOf(value, name)
  return typeof found === 'object' && found !== null ? Object.entries(found) : []
}
