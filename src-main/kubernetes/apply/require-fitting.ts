import { isRecord } from '../json.ts'
import { parseApiVersion } from '../objects.ts'
import type { TypeSchema } from '../schema/type-schema.ts'
import { bareError, type StatusError } from '../status-error.ts'
import { fieldPlace, itemsByElement, ownershipOf, type Place, rootPlace } from './ownership.ts'
import { fieldElement, type PathElement, pathText } from './path-element.ts'

/**
 * Throws, as the API server does, when a configuration has fields its type doesn't know or repeats an item's keys: a
 * 500 without a reason.
 */
export function requireFitting(applied: Readonly<Record<string, unknown>>, type: TypeSchema): void {
  const problems: string[] = []
  check(applied, rootPlace(type), [], problems)
  if (problems.length) throw unfitting(applied, problems)
}

function check(value: unknown, place: Place, path: PathElement[], problems: string[]): void {
  if (value === null || value === undefined) return
  const wanted = shapeProblem(value, place)
  if (wanted) {
    problems.push(`${pathText(path)}: ${wanted}`)
    return
  }
  const ownership = ownershipOf(place, value)
  if (Array.isArray(value)) {
    const items: Place = place.type.kind === 'array' ? { type: place.type.items } : place
    if (ownership.kind === 'set' || ownership.kind === 'list')
      for (const [element, same] of itemsByElement(ownership, value)) {
        if (same.length > 1)
          problems.push(`${pathText(path)}: duplicate entries for key ${pathText([element])}`)
        for (const item of same) check(item, items, [...path, element], problems)
      }
    else if (place.type.kind === 'array')
      for (const [index, item] of value.entries())
        check(item, items, [...path, `i:${index}`], problems)
    return
  }
  if (!isRecord(value)) return
  const { type } = place
  for (const [name, item] of Object.entries(value)) {
    const below = [...path, fieldElement(name)]
    if (type.kind === 'map') check(item, { type: type.values }, below, problems)
    else if (type.kind === 'object') {
      if (!type.type.fields.has(name) && !type.type.keepsUnknownFields)
        problems.push(`${pathText(below)}: field not declared in schema`)
      else check(item, fieldPlace(type.type, name), below, problems)
    }
  }
}

function shapeProblem(value: unknown, { type }: Place): string | undefined {
  const got = Array.isArray(value) ? 'list' : isRecord(value) ? 'map' : undefined
  switch (type.kind) {
    case 'object':
    case 'map':
      return got === 'map' ? undefined : `expected map, got ${goValue(value)}`
    case 'array':
      return got === 'list' ? undefined : `expected list, got ${goValue(value)}`
    case 'string':
    case 'time':
    case 'microTime':
    case 'bytes':
      return typeof value === 'string' ? undefined : `expected string, got ${goValue(value)}`
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got ${goValue(value)}`
    case 'integer':
    case 'number':
      return typeof value === 'number'
        ? undefined
        : `expected numeric (int or float), got ${goValue(value)}`
    default:
      return undefined
  }
}

/** How the merge library prints a value: `&{value}` for scalars, the kind of the rest. */
const goValue = (value: unknown): string =>
  typeof value === 'object'
    ? Array.isArray(value)
      ? 'list'
      : 'map'
    : `&value.valueUnstructured{Value:${JSON.stringify(value)}}`

function unfitting(applied: Readonly<Record<string, unknown>>, problems: string[]): StatusError {
  const metadata = isRecord(applied['metadata']) ? applied['metadata'] : {}
  const { namespace = '', name = '' } = metadata
  const { group, version } = parseApiVersion(String(applied['apiVersion']))
  const gvk = `${group ? `${group}/` : '/'}${version}, Kind=${String(applied['kind'] ?? '')}`
  const listed =
    problems.length === 1
      ? problems[0]
      : `errors:\n${problems.map(problem => `  ${problem}`).join('\n')}`
  return bareError(`failed to create typed patch object (${namespace}/${name}; ${gvk}): ${listed}`)
}
