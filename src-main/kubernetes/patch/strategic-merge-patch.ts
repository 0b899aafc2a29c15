import { isRecord } from '../json.ts'
import type { FieldSchema, FieldType, TypeSchema } from '../schema/type-schema.ts'
import { mergeLists } from './merge-lists.ts'
import { badPatch, dropDirectives, isDirective, type MergeRecords } from './patch-directives.ts'

type Json = Record<string, unknown>

const orderPrefix = '$setElementOrder/'
const deletePrefix = '$deleteFromPrimitiveList/'

/**
 * Applies a strategic merge patch to an object of `type` and returns the result; both inputs stay as they are.
 * Maps merge, `null` removes, lists are replaced unless the field merges by key or as a set. Directives:
 * `$patch: replace | delete` in maps and list items, `$retainKeys`, `$setElementOrder/<list>` and
 * `$deleteFromPrimitiveList/<list>`. Throws a 400 for a patch that is none, in Kubernetes' words.
 */
export function applyStrategicMergePatch(
  original: unknown,
  patch: unknown,
  type: TypeSchema,
): Json {
  if (!isRecord(patch)) throw badPatch('invalid JSON document')
  return mergeRecords(isRecord(original) ? original : {}, patch, { kind: 'object', type })
}

const mergeRecords: MergeRecords = (original, patch, type) => {
  const directive = patch['$patch']
  if (directive === 'replace') {
    const { $patch: _, ...rest } = patch
    return dropDirectives(rest) as Json
  }
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge')
    throw badPatch(`unknown patch type found: ${String(directive)} in map`)
  const result = retainKeys(original, patch)
  const done = mergeOrderedLists(result, patch, type)
  for (const [key, value] of Object.entries(patch)) {
    if (isDirective(key)) {
      if (key.startsWith(deletePrefix)) deleteValues(result, key.slice(deletePrefix.length), value)
      continue
    }
    if (done.has(key)) continue
    if (value === null) delete result[key]
    else setOwn(result, key, mergeValue(result, key, value, fieldOf(type, key)))
  }
  return result
}

function mergeValue(
  original: Json,
  key: string,
  value: unknown,
  field: Place | undefined,
): unknown {
  const old = Object.hasOwn(original, key) ? original[key] : undefined
  const replaces = field?.strategy.includes('replace') ?? false
  if (isRecord(old) && isRecord(value) && !replaces) return mergeRecords(old, value, field?.type)
  if (Array.isArray(old) && Array.isArray(value) && field?.strategy.includes('merge'))
    return mergeLists(old, value, field, mergeRecords)
  return dropDirectives(value)
}

/** Removes what `$retainKeys` doesn't list; every key of the patch has to be on the list. */
function retainKeys(original: Json, patch: Json): Json {
  const kept = patch['$retainKeys']
  if (kept === undefined) return { ...original }
  if (!Array.isArray(kept)) throw badPatch('invalid patch format of retainKeys')
  const others = Object.keys(patch).filter(key => !isDirective(key) && patch[key] !== null)
  if (others.some(key => !kept.includes(key))) throw badPatch('invalid patch format of retainKeys')
  return Object.fromEntries(Object.entries(original).filter(([key]) => kept.includes(key)))
}

/** Merges the lists that come with `$setElementOrder`, in place; returns which ones they were. */
function mergeOrderedLists(result: Json, patch: Json, type: FieldType | undefined): Set<string> {
  const done = new Set<string>()
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(orderPrefix)) continue
    const key = directive.slice(orderPrefix.length)
    const old = result[key]
    const value = patch[key]
    if (!Array.isArray(order) || !isListOrAbsent(old) || !isListOrAbsent(value))
      throw badPatch('invalid patch format of setElementOrder list')
    const field = fieldOf(type, key)
    if (!old && !value) continue
    result[key] = mergeLists(old ?? [], value ?? [], field ?? unknownField, mergeRecords, order)
    done.add(key)
  }
  return done
}

const isListOrAbsent = (value: unknown): value is unknown[] | null | undefined =>
  value === undefined || value === null || Array.isArray(value)

function deleteValues(result: Json, key: string, values: unknown): void {
  if (!Array.isArray(values)) throw badPatch('invalid patch format of primitive list')
  const old = result[key]
  if (Array.isArray(old)) result[key] = old.filter(item => !values.includes(item))
}

/** What a patch has to know of the field it merges into. */
interface Place {
  type: FieldType
  strategy: readonly string[]
  mergeKey?: string
}

const unknownField: Place = { type: { kind: 'any', goName: '' }, strategy: ['merge'] }

function fieldOf(type: FieldType | undefined, key: string): Place | undefined {
  if (type?.kind === 'object' || type?.kind === 'schemaOr') {
    const field = type.type.fields.get(key)
    return field && placeOf(field)
  }
  return type?.kind === 'map' ? { type: type.values, strategy: [] } : undefined
}

const placeOf = (field: FieldSchema): Place => ({
  type: field.type,
  strategy: field.patchStrategy ?? [],
  ...(field.patchMergeKey ? { mergeKey: field.patchMergeKey } : {}),
})

function setOwn(record: Json, key: string, value: unknown): void {
  Object.defineProperty(record, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}
