import { isRecord } from '#kubernetes/json.ts'
import type { Schema } from './schema.ts'

/** Finds the item of a list before an update that an item is now. Only items with keys can be told again. */
export function oldItems(schema: Schema, old: unknown): (item: unknown) => unknown {
  const keys = schema['x-kubernetes-list-map-keys']
  if (schema['x-kubernetes-list-type'] !== 'map' || !keys || !Array.isArray(old))
    return () => undefined
  const idOf = (item: unknown) => JSON.stringify(keys.map(key => isRecord(item) && item[key]))
  const known = new Map(old.map(item => [idOf(item), item] as const))
  return item => known.get(idOf(item))
}
