import { itemsOf, type Schema, valuesOf } from '../schema.ts'

/** Whether a schema or one below it has rules. */
export function hasRules(schema: Schema): boolean {
  const items = itemsOf(schema)
  const values = valuesOf(schema)
  return (
    Boolean(schema['x-kubernetes-validations']?.length) ||
    Object.values(schema.properties ?? {}).some(hasRules) ||
    (items !== undefined && hasRules(items)) ||
    (values !== undefined && hasRules(values)) ||
    (schema.allOf ?? []).some(hasRules)
  )
}
