import { untypedObject } from '#kubernetes/apply/untyped-object.ts'
import { isRecord } from '#kubernetes/json.ts'
import { checkFields } from '#kubernetes/schema/check-fields.ts'
import { isResource, itemsOf, memberOf, resourceFields, type Schema } from './schema.ts'

/**
 * Removes the fields that a schema doesn't specify, in place. Answers their paths, such as `spec.foo` or
 * `spec.list[0].bar`, sorted.
 */
export function prune(object: object, schema: Schema): string[] {
  const pruned: string[] = []
  pruneValue(object, schema, { path: '', isRoot: true, pruned })
  return pruned.sort()
}

interface Place {
  path: string
  isRoot: boolean
  pruned: string[]
}

function pruneValue(value: unknown, schema: Schema | undefined, place: Place): void {
  if (Array.isArray(value)) {
    const items = schema && itemsOf(schema)
    const keeps = schema?.['x-kubernetes-preserve-unknown-fields'] && !items
    if (keeps) return
    for (const [index, item] of value.entries())
      pruneValue(item, items, below(place, `${place.path}[${index}]`))
  } else if (isRecord(value)) pruneMembers(value, schema, place)
}

function pruneMembers(
  value: Record<string, unknown>,
  schema: Schema | undefined,
  place: Place,
): void {
  const keepsUnknown = schema?.['x-kubernetes-preserve-unknown-fields'] === true
  const keepsMeta = schema !== undefined && isResource(schema, place.isRoot)
  for (const name of Object.keys(value)) {
    const path = place.path ? `${place.path}.${name}` : name
    if (keepsMeta && resourceFields.has(name)) {
      if (name === 'metadata' && !place.isRoot) pruneMetadata(value[name], path, place.pruned)
      continue
    }
    const member = schema && memberOf(schema, name)
    if (member) pruneValue(value[name], member, below(place, path))
    else if (schema?.additionalProperties === true)
      pruneValue(value[name], undefined, below(place, path))
    else if (!keepsUnknown) {
      place.pruned.push(path)
      delete value[name]
    }
  }
}

/** Metadata of an object within another is metadata as everywhere. */
function pruneMetadata(metadata: unknown, path: string, pruned: string[]): void {
  const { unknown } = checkFields({ metadata }, untypedObject)
  pruned.push(...unknown.map(field => `${path}${field.slice('metadata'.length)}`))
}

const below = ({ pruned }: Place, path: string): Place => ({ path, isRoot: false, pruned })
