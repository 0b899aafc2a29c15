import { isRecord } from '#kubernetes/json.ts'
import { isResource, itemsOf, memberOf, resourceFields, type Schema } from './schema.ts'

/**
 * Fills what is absent with the defaults of its schema, in place: a null counts as absent where it isn't allowed, and
 * is removed where there is no default for it. Changes nothing the second time.
 */
export function fillDefaults(object: object, schema: Schema): void {
  fillValue(object, schema, true)
}

function fillValue(value: unknown, schema: Schema, isRoot: boolean): void {
  if (Array.isArray(value)) {
    const items = itemsOf(schema)
    if (items) for (const item of value) fillValue(item, items, false)
  } else if (isRecord(value)) fillMembers(value, schema, isRoot)
}

function fillMembers(value: Record<string, unknown>, schema: Schema, isRoot: boolean): void {
  const isMeta = (name: string) => isResource(schema, isRoot) && resourceFields.has(name)
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    if (isMeta(name)) continue
    if (value[name] === null && !member.nullable) delete value[name]
    if (value[name] === undefined && member.default !== undefined)
      value[name] = structuredClone(member.default)
  }
  for (const name of Object.keys(value)) {
    const member = memberOf(schema, name)
    if (member && !isMeta(name)) fillValue(value[name], member, false)
  }
}
