import { isRecord } from '../../json.ts'
import { LazyList } from '../evaluate/lists.ts'
import { JsonMap } from '../evaluate/maps.ts'
import type { Value } from '../evaluate/values.ts'

/** What expressions see of a JSON value of which no schema is known: a whole number is an int. */
export function jsonValue(json: unknown): Value {
  switch (typeof json) {
    case 'string':
    case 'boolean':
      return json
    case 'number':
      return Number.isInteger(json) ? BigInt(json) : json
  }
  if (Array.isArray(json)) return new LazyList(json.length, index => jsonValue(json[index]))
  return isRecord(json) ? new JsonMap(json, (_, value) => jsonValue(value)) : null
}
