import { isRecord } from './json.ts'

/** A JSON value as Go's `%v` prints it: `map[a:1]`, `[x y]`. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (!isRecord(value)) return String(value)
  return `map[${entriesOf(value)
    .map(([key, item]) => `${key}:${goText(item)}`)
    .join(' ')}]`
}

/** A JSON value as Go's `%#v` prints it: `map[string]interface {}{"a":1}`. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)'
  if (Array.isArray(value)) return `${goTypeName(value)}{${value.map(goSyntax).join(', ')}}`
  if (!isRecord(value)) return JSON.stringify(value)
  return `${goTypeName(value)}{${entriesOf(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`)
    .join(', ')}}`
}

/** The Go type that a JSON value is read as, as `%T` prints it. */
export function goTypeName(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  if (isRecord(value)) return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : 'string'
}

const entriesOf = (value: Record<string, unknown>) =>
  Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
