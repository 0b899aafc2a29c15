/**
 * One step of a path, as `fieldsV1` writes it: `f:spec` a field or key, `k:{"name":"web"}` an item by its keys,
 * `v:"web"` an item by its value, `i:0` an item by its place.
 */
export type PathElement = string

export const fieldElement = (name: string): PathElement => `f:${name}`

export const valueElement = (value: unknown): PathElement => `v:${JSON.stringify(value)}`

/** The item whose keys have these values, in the order given; what is undefined is left out. */
export function keyElement(names: readonly string[], read: (name: string) => unknown): PathElement {
  let text = ''
  for (const name of names) {
    const value = read(name)
    if (value !== undefined)
      text += `${text && ','}${JSON.stringify(name)}:${JSON.stringify(value)}`
  }
  return `k:{${text}}`
}

/** A path as conflicts show it: `.spec.containers[name="web"].image`. */
export const pathText = (path: readonly PathElement[]): string => path.map(elementText).join('')

function elementText(element: PathElement): string {
  const rest = element.slice(2)
  switch (element[0]) {
    case 'f':
      return `.${rest}`
    case 'v':
      return `[=${rest}]`
    case 'k':
      return `[${Object.entries(JSON.parse(rest) as Record<string, unknown>)
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(',')}]`
    default:
      return `[${rest}]`
  }
}

const ranks = 'fkvi'

/** Fields come before keys, values and places; within each by text. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a[0] !== b[0]) return ranks.indexOf(a[0] ?? '') - ranks.indexOf(b[0] ?? '')
  return a < b ? -1 : a > b ? 1 : 0
}

/** Whether a text is a path element at all. */
export function isPathElement(text: string): boolean {
  if (text.startsWith('f:')) return true
  if (text.startsWith('i:')) return /^i:-?\d+$/.test(text)
  if (!text.startsWith('k:') && !text.startsWith('v:')) return false
  try {
    const value = JSON.parse(text.slice(2)) as unknown
    return text.startsWith('v:') || (typeof value === 'object' && value !== null)
  } catch {
    return false
  }
}
