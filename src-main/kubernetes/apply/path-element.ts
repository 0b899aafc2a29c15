import { isRecord } from '../json.ts'

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

/** Fields come before keys, values and places; within each by name or value, numbers by size. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a[0] !== b[0]) return ranks.indexOf(a[0] ?? '') - ranks.indexOf(b[0] ?? '')
  if (a[0] === 'f' || (isOrderedAsText(a) && isOrderedAsText(b))) return byText(a, b)
  return compareJson(JSON.parse(a.slice(2)), JSON.parse(b.slice(2)))
}

/** Neither has numbers, nor texts with what JSON escapes or sorts before the quote at their end. */
const isOrderedAsText = (element: PathElement): boolean => !/:-?\d|[\\ !]/.test(element)

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Numbers come before texts, booleans and null; of two lists of keys the first difference counts. */
function compareJson(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return byText(a, b)
  if (!isRecord(a) || !isRecord(b)) return orderOf(a) - orderOf(b)
  const others = Object.entries(b)
  for (const [index, [name, value]] of Object.entries(a).entries()) {
    const other = others[index]
    if (!other) return 1
    const order = byText(name, other[0]) || compareJson(value, other[1])
    if (order) return order
  }
  return Object.keys(a).length - others.length
}

const orderOf = (value: unknown): number =>
  ['number', 'string', 'boolean', 'object'].indexOf(typeof value) + (value === true ? 0.5 : 0)

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
