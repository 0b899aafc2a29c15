/** The paths of a `fieldsV1`, as conflicts print them, sorted. */
export function fieldPaths(fields: unknown, prefix = ''): string[] {
  return Object.entries((fields ?? {}) as Record<string, object>)
    .filter(([element]) => element !== '.')
    .flatMap(([element, below]) => {
      const path = `${prefix}${text(element)}`
      const names = Object.keys(below)
      return [...(!names.length || names.includes('.') ? [path] : []), ...fieldPaths(below, path)]
    })
    .sort()
}

function text(element: string): string {
  const rest = element.slice(2)
  if (element.startsWith('f:')) return `.${rest}`
  if (element.startsWith('v:')) return `[=${rest}]`
  const keys = Object.entries(JSON.parse(rest) as Record<string, unknown>)
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
}
