import { goSyntax, goText, goTypeName } from '../go-syntax.ts'
import { isRecord } from '../json.ts'
import { parseApiVersion } from '../objects.ts'
import type { TypeSchema } from '../schema/type-schema.ts'
import { bareError, type StatusError } from '../status-error.ts'
import {
  defaultOf,
  fieldPlace,
  itemElement,
  ownershipOf,
  type Place,
  partPlace,
  rootPlace,
} from './ownership.ts'
import { fieldElement, type PathElement, pathText } from './path-element.ts'

/**
 * Throws, as the API server does, when a configuration has fields its type doesn't know, values of other types, or
 * items of keyed lists that repeat another's keys or leave them out: a 500 without a reason.
 */
export function requireFitting(applied: Readonly<Record<string, unknown>>, type: TypeSchema): void {
  const problems: string[] = []
  check(applied, rootPlace(type), [], problems)
  if (problems.length) throw unfitting(applied, problems)
}

function check(value: unknown, place: Place, path: PathElement[], problems: string[]): void {
  if (value === null || value === undefined) return
  const wanted = shapeProblem(value, place)
  if (wanted) problems.push(`${pathText(path)}: ${wanted}`)
  else if (Array.isArray(value)) checkItems(value, place, path, problems)
  else if (isRecord(value)) checkMembers(value, place, path, problems)
}

function checkItems(
  list: readonly unknown[],
  place: Place,
  path: PathElement[],
  problems: string[],
): void {
  if (place.type.kind !== 'array') return
  const items = partPlace(place.type)
  const ownership = ownershipOf(place, list)
  const isKeyed = ownership.kind === 'set' || ownership.kind === 'list'
  const seen = new Set<PathElement>()
  for (const [index, item] of list.entries()) {
    const problem = isKeyed ? itemProblem(item, place) : undefined
    if (problem) {
      problems.push(`${pathText(path)}: element ${index}: ${problem}`)
      return
    }
    const element: PathElement = isKeyed ? itemElement(ownership, item) : `i:${index}`
    if (seen.has(element))
      problems.push(`${pathText(path)}: duplicate entries for key ${pathText([element])}`)
    seen.add(element)
    check(item, items, [...path, element], problems)
  }
}

/** Why an item of a set or keyed list can't be told from others. */
function itemProblem(item: unknown, { type, listType, listMapKeys = [] }: Place) {
  if (listType === 'set') {
    if (Array.isArray(item)) return 'not supported: associative list with lists as elements'
    if (item === null) return "associative list without keys has an element that's an explicit null"
    return isRecord(item)
      ? "associative list without keys has an element that's a map type"
      : undefined
  }
  if (item === null) return 'associative list with keys may not have a null element'
  if (!isRecord(item)) return 'associative list with keys may not have non-map elements'
  const missing = listMapKeys.find(
    key =>
      item[key] === undefined &&
      (type.kind !== 'array' || defaultOf(type.items, key) === undefined),
  )
  return missing === undefined
    ? undefined
    : `associative list with keys has an element that omits key field ${JSON.stringify(missing)} (and doesn't have default value)`
}

function checkMembers(
  value: Readonly<Record<string, unknown>>,
  { type }: Place,
  path: PathElement[],
  problems: string[],
): void {
  for (const [name, item] of Object.entries(value)) {
    const below = [...path, fieldElement(name)]
    if (type.kind === 'map') check(item, partPlace(type), below, problems)
    else if (type.kind === 'object') {
      if (!type.type.fields.has(name) && !type.type.keepsUnknownFields)
        problems.push(`${pathText(below)}: field not declared in schema`)
      else check(item, fieldPlace(type.type, name), below, problems)
    }
  }
}

/** What the merge library says of a value that is not of its type, with the value as Go prints it. */
function shapeProblem(value: unknown, { type }: Place): string | undefined {
  switch (type.kind) {
    case 'object':
    case 'map':
      return isRecord(value) ? undefined : `expected map, got &{${goText(value)}}`
    case 'array':
      return Array.isArray(value) ? undefined : `expected list, got &{${goText(value)}}`
    case 'string':
    case 'time':
    case 'microTime':
    case 'bytes':
      return typeof value === 'string'
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goText(value)}}`
    case 'integer':
    case 'number':
      return typeof value === 'number'
        ? undefined
        : `expected numeric (int or float), got ${goTypeName(value)}`
    case 'quantity':
      return typeof value !== 'object' ? undefined : `expected any scalar, got &{${goText(value)}}`
    default:
      return undefined
  }
}

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
