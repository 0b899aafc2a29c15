import type { ObjectBody } from '../../src-main/contract/objects.ts'
import type { Property, PropertySection } from './define-kind.ts'

type Fields = Record<string, unknown>

/** How many lines a section of a kind that nobody described gets; its YAML has the rest. */
const mostLines = 40

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value that is said in one line; undefined of what has parts of its own. */
function plainText(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    return value.length && !value.some(item => typeof item === 'object')
      ? value.join(', ')
      : undefined
  }
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined
}

/** Spec, status and what else an object has, but for what every object has and what is shown by itself. */
function partsOf(body: ObjectBody): Fields[] {
  const {
    spec,
    status,
    apiVersion: _,
    kind: __,
    metadata: ___,
    data: ____,
    binaryData: _____,
    ...rest
  } = body
  const { conditions: ______, ...state } = isFields(status) ? status : {}
  return [isFields(spec) ? spec : {}, state, rest]
}

/** What is plain of an object's spec and status: enough of a kind that the window knows nothing of. */
export const plainProperties = (body: ObjectBody): Property[] =>
  partsOf(body).flatMap(part =>
    Object.entries(part).flatMap(([key, value]) => {
      const text = plainText(value)
      return text === undefined ? [] : [{ label: wordsOf(key), value: text }]
    }),
  )

/** The parts of an object's spec and status that have parts of their own, each under its name. */
export const plainSections = (body: ObjectBody): PropertySection[] =>
  partsOf(body).flatMap(part =>
    Object.entries(part).flatMap(([key, value]) => {
      const lines = plainText(value) === undefined ? fieldLines(value) : []
      return lines.length ? [{ title: wordsOf(key), properties: bounded(lines) }] : []
    }),
  )

/** Every field below a value in a line of its own, named by the way to it; an item of a list is one line. */
export function fieldLines(value: unknown, path: readonly string[] = []): Property[] {
  const text = plainText(value)
  if (text !== undefined) return [{ label: labelOf(path), value: text }]
  if (Array.isArray(value))
    return value.map((item, at) => itemLine(item, [...path, String(at + 1)]))
  if (!isFields(value)) return []
  return Object.entries(value).flatMap(([key, part]) => fieldLines(part, [...path, key]))
}

/** `{ name: 'Freddy', kind: 'frog' }` as `Freddy` and `kind frog`. */
function itemLine(item: unknown, path: readonly string[]): Property {
  if (!isFields(item)) return { label: labelOf(path), value: JSON.stringify(item) }
  const { name, ...others } = item
  const texts = Object.entries(others).map(
    ([key, value]) => `${wordsOf(key).toLowerCase()} ${plainText(value) ?? JSON.stringify(value)}`,
  )
  const label = typeof name === 'string' ? name : labelOf(path)
  return { label, value: texts.join(', ') || label, wraps: true }
}

const labelOf = (path: readonly string[]) => wordsOf(path.join(' '))

const bounded = (lines: Property[]): Property[] =>
  lines.length > mostLines
    ? [
        ...lines.slice(0, mostLines),
        { label: '', value: `and ${lines.length - mostLines} more in the YAML` },
      ]
    : lines

/** `storageClassName` as words: `Storage class name`. */
export function wordsOf(key: string): string {
  const words = key.replace(
    /([a-z0-9])([A-Z])/g,
    (_match, end: string, start: string) => `${end} ${start.toLowerCase()}`,
  )
  return words.charAt(0).toUpperCase() + words.slice(1)
}
