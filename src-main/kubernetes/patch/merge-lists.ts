import { isRecord } from '../json.ts'
import type { FieldType } from '../schema/type-schema.ts'
import { badPatch, type MergeRecords } from './patch-directives.ts'

type Json = Record<string, unknown>

/** The list's field. Without a merge key its items are plain values. */
interface ListField {
  type: FieldType
  mergeKey?: string
}

/**
 * Merges a patch's list into another, by key or as a set. The items that `order` (or else the patch) names come in
 * that order; the others keep their place relative to the ones they stood before.
 */
export function mergeLists(
  original: readonly unknown[],
  patch: readonly unknown[],
  field: ListField,
  mergeRecords: MergeRecords,
  order?: readonly unknown[],
): unknown[] {
  const identity = identityOf(field.mergeKey)
  const kept = patch.filter(item => !(isRecord(item) && '$patch' in item))
  if (order) requireSameOrder(kept, order, identity)
  const merged =
    field.mergeKey === undefined
      ? [...new Set([...original, ...patch])]
      : mergeByKey(original, patch, kept, field.mergeKey, itemType(field.type), mergeRecords)
  return inOrder(merged, order ?? kept, original, identity)
}

function mergeByKey(
  original: readonly unknown[],
  patch: readonly unknown[],
  kept: readonly unknown[],
  mergeKey: string,
  type: FieldType | undefined,
  mergeRecords: MergeRecords,
): unknown[] {
  const directives = patch.filter(item => isRecord(item) && '$patch' in item) as Json[]
  let result = [...original]
  for (const directive of directives) result = applyDirective(result, directive, mergeKey)
  for (const item of kept) {
    if (!isRecord(item)) throw badPatch('invalid JSON document')
    const key = keyOf(item, mergeKey)
    const at = result.findIndex(old => isRecord(old) && old[mergeKey] === key)
    const old = result[at]
    if (at >= 0) result[at] = mergeRecords(isRecord(old) ? old : {}, item, type)
    else result.push(mergeRecords({}, item, type))
  }
  return result
}

function applyDirective(list: unknown[], directive: Json, mergeKey: string): unknown[] {
  switch (directive['$patch']) {
    case 'replace':
      return []
    case 'delete': {
      const key = keyOf(directive, mergeKey)
      return list.filter(item => !(isRecord(item) && item[mergeKey] === key))
    }
    case 'merge':
      throw badPatch('merging lists cannot yet be specified in the patch')
    default:
      throw badPatch(`unknown patch type found: ${String(directive['$patch'])} in list`)
  }
}

function keyOf(item: Json, mergeKey: string): unknown {
  const key = item[mergeKey]
  if (key === undefined)
    throw badPatch(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`)
  return key
}

const itemType = (type: FieldType): FieldType | undefined =>
  type.kind === 'array' ? type.items : undefined

const identityOf =
  (mergeKey: string | undefined) =>
  (item: unknown): unknown =>
    mergeKey !== undefined && isRecord(item) ? item[mergeKey] : item

type Identity = (item: unknown) => unknown

function requireSameOrder(
  kept: readonly unknown[],
  order: readonly unknown[],
  identity: Identity,
): void {
  const wanted = order.map(identity)
  let from = 0
  for (const item of kept) {
    const at = wanted.indexOf(identity(item), from)
    if (at < 0)
      throw badPatch(
        `The order in patch list:\n${JSON.stringify(kept)}\n doesn't match $setElementOrder list:\n${JSON.stringify(order)}\n`,
      )
    from = at + 1
  }
}

function inOrder(
  merged: readonly unknown[],
  order: readonly unknown[],
  original: readonly unknown[],
  identity: Identity,
): unknown[] {
  const wanted = order.map(identity)
  const before = original.map(identity)
  const ordered = merged.filter(item => wanted.includes(identity(item)))
  ordered.sort((a, b) => wanted.indexOf(identity(a)) - wanted.indexOf(identity(b)))
  const others = merged.filter(item => !wanted.includes(identity(item)))
  others.sort((a, b) => before.indexOf(identity(a)) - before.indexOf(identity(b)))
  const result: unknown[] = []
  for (const item of ordered) {
    const place = before.indexOf(identity(item))
    while (others.length && place >= 0 && before.indexOf(identity(others[0])) < place)
      result.push(others.shift())
    result.push(item)
  }
  return [...result, ...others]
}
