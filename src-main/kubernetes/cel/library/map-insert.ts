import { type Library, overload } from '../check/functions.ts'
import { EntryMap, keyOf } from '../evaluate/maps.ts'
import { type CelMap, fail, type Value } from '../evaluate/values.ts'

/** The map that a macro gathers is its own until it is complete, and so may be changed. */
function insert(map: CelMap, key: Value, value: Value): Value {
  if (!(map instanceof EntryMap)) throw new Error('inserts into a map that no macro made')
  if (map.insert(key, value)) return map
  return fail(`insert failed: key ${String(keyOf(key) ?? 'of this type')} already exists`)
}

function insertAll(map: CelMap, entries: CelMap): Value {
  for (const key of entries.keys()) {
    const inserted = insert(map, key, entries.get(key) ?? null)
    if (inserted !== map) return inserted
  }
  return map
}

/** What the macros that make maps call. */
export const mapInsert: Library = {
  'cel.@mapInsert': [
    overload('@mapInsert_map_key_value', '(map(K, V), K, V) map(K, V)', insert),
    overload('@mapInsert_map_map', '(map(K, V), map(K, V)) map(K, V)', insertAll),
  ],
}
